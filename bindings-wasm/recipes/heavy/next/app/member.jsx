"use client";

import { useEffect, useState } from "react";
import init, { loadPack } from "guiju";

export function Member() {
  const [names, setNames] = useState("");
  useEffect(() => {
    const start = async () => {
      await init({ packs: ["alliance_108"] });
      const own = await loadPack({ url: "/venue_grants.gjc" });
      setNames([loadPack("alliance_108"), own].map(({ name }) => name).join(", "));
    };
    start();
  }, []);
  return <output id="client">{names}</output>;
}
