// The pack venue_grants as types, written by `guiju types` of version 0.1.0: write them again where its rules change.

import type * as guiju from "guiju";

/** 場地補助 / Grants for venues */
export interface VenueGrants {
  name: "venue_grants";
  root: "grantee";
  document: {
    grantees: readonly VenueGrants["records"]["grantee"][];
    programme?: VenueGrants["records"]["programme"] | null;
  };
  records: {
    /** 計畫 / programme */
    programme: {
      /** 總經費 / budget */
      budget?: guiju.Money | null;
      targets?: guiju.Given<VenueGrants["programmeKpis"]>;
      previous?: guiju.Given<VenueGrants["programmeKpis"]>;
    };
    /** 受補助者 / grantee */
    grantee: {
      /** 編號 / id */
      id: string;
      /** 地區 / region */
      region: "north" | "南區";
      /** 溫度 / temperature */
      temperature: guiju.Quantity;
      /** 場次 / session */
      session?: readonly VenueGrants["records"]["session"][] | null;
      targets?: guiju.Given<VenueGrants["kpis"]>;
      previous?: guiju.Given<VenueGrants["kpis"]>;
      reviewed?: guiju.Register;
      elsewhere?: guiju.Register;
    };
    /** 場次 / session */
    session: {
      /** 編號 / id */
      id: string;
      /** 日期 / held on */
      held: guiju.Day;
      /** 租期 *\u{2f}  / lease */
      lease?: guiju.Span | null;
      /** 人數 / people */
      people: guiju.Whole;
      /** 簽到 / signed */
      signed?: guiju.YesNo | null;
      /** 等第 / grade */
      grade: guiju.Among<1 | 2 | 3>;
      /** 年度 / year */
      year: guiju.Whole;
      /** 比率 / share */
      share?: guiju.Share | null;
      /** 費用 / fee */
      fee?: guiju.Money | null;
      /** 面積 / area */
      area?: guiju.Quantity<"坪"> | null;
      /** 結餘 / balance */
      balance?: guiju.Money | null;
      /** 標記 / marks */
      marks: readonly ("photo" | "poster")[];
      /** 接續 / after */
      after?: string | null;
    };
  };
  kpis: {
    /** 場次 / sessions */
    sessions: "場";
    /** 場次（一等） / sessions (first) */
    "sessions.first": "場";
    /** 場次（其他） / sessions (other) */
    "sessions.other": "場";
  };
  programmeKpis: {
    /** 總場次 / sessions in all */
    "總場次": "場";
    /** 已支用 / spent */
    spent: "場";
  };
  obligations: {
    /** 足夠 / enough */
    enough: "advice";
  };
  programmeObligations: {
  };
  tallies: {
    session: {
      /** 場次 / sessions */
      sessions: true;
    };
  };
  groups: {
    region: "north" | "南區";
  };
}
