/** A file of the package, for bundlers that are told to give its address. */
declare const address: string;
export default address;
