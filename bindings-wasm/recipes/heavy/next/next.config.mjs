export default {
  // On the server the package reads its files beside its own code.
  serverExternalPackages: ["guiju"],
};
