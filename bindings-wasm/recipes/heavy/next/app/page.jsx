import { loadPack } from "guiju";
import { Member } from "./member.jsx";

// On the server there is nothing to wait for.
export default function Page() {
  const pack = loadPack("alliance_108");
  return (
    <main>
      <output id="server">{pack.name}</output>
      <Member />
    </main>
  );
}
