import init, { loadPack } from "guiju";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { createRoot } from "react-dom/client";
import { useForm } from "react-hook-form";

import type { VenueGrants } from "../../types/venue_grants.js";

await init({ packs: [] });
const pack = await loadPack<VenueGrants>({ url: "/venue_grants.gjc" });
const schema = pack.schema("session", { level: "warning" });

function Session() {
  const { register, formState: { errors } } = useForm({
    resolver: standardSchemaResolver(schema),
    mode: "onChange",
    defaultValues: { id: "S1", people: "", held: "" },
  });
  return (
    <form>
      {(["id", "people", "held"] as const).map((name) => (
        <label key={name}>
          {name} <input {...register(name)} /> <em data-for={name}>{errors[name]?.message}</em>
        </label>
      ))}
    </form>
  );
}

const place = document.querySelector("main");
if (place) createRoot(place).render(<Session />);
