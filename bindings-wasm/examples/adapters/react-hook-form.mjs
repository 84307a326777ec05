// A record of a pack as a React form: the schema is all that React Hook Form needs. Not here: the fields, which `pack.describe()` lists.

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useForm } from "react-hook-form";

export function useRecord(pack, entity, defaultValues = {}) {
  const resolver = standardSchemaResolver(pack.schema(entity, { level: "warning" }));
  return useForm({ resolver, defaultValues, mode: "onChange" });
}
