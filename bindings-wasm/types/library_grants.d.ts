// The pack library_grants as types, written by `guiju types` of version 0.1.0: write them again where its rules change.

import type * as guiju from "guiju";

/** 社區圖書館補助 113 年度考核 / Grants to community libraries, review of 113 */
export interface LibraryGrants {
  name: "library_grants";
  root: "grantee";
  document: {
    grantees: readonly LibraryGrants["records"]["grantee"][];
    programme?: {
      targets?: guiju.Given<LibraryGrants["programmeKpis"]>;
      previous?: guiju.Given<LibraryGrants["programmeKpis"]>;
    };
  };
  records: {
    /** 受補助單位 / grantee */
    grantee: {
      /** 單位編號 / grantee id */
      id: string;
      /** 單位名稱 / name */
      name: string;
      /** 地區 / region */
      region: "north" | "south" | "islands";
      /** 補助年次 / year of support */
      year: guiju.Among<1 | 2 | 3>;
      /** 核定補助款 / grant */
      grant: guiju.Money;
      /** 分館 / branch */
      branch?: readonly LibraryGrants["records"]["branch"][] | null;
      /** 借閱統計 / loan report */
      loan?: readonly LibraryGrants["records"]["loan"][] | null;
      /** 活動 / event */
      event?: readonly LibraryGrants["records"]["event"][] | null;
      /** 支出憑證 / receipt */
      receipt?: readonly LibraryGrants["records"]["receipt"][] | null;
      targets?: guiju.Given<LibraryGrants["kpis"]>;
      previous?: guiju.Given<LibraryGrants["kpis"]>;
      reviewed?: guiju.Register;
      elsewhere?: guiju.Register;
    };
    /** 分館 / branch */
    branch: {
      /** 分館名稱 / branch name */
      name: string;
      /** 型態 / kind */
      kind: "public" | "community" | "mobile";
      /** 閱覽席位 / seats */
      seats: guiju.Whole;
      /** 開館日期 / opened on */
      opened: guiju.Day;
      /** 場地使用期間 / lease */
      lease?: guiju.Span | null;
      /** 無障礙設施 / accessible */
      accessible?: guiju.YesNo | null;
    };
    /** 借閱統計 / loan report */
    loan: {
      /** 報表編號 / report id */
      id: string;
      /** 分館 / branch */
      branch: string;
      /** 統計期間 / span */
      span: guiju.Span;
      /** 借閱冊數 / volumes lent */
      volumes: guiju.Whole;
      /** 借閱人次 / readers */
      readers: guiju.Whole;
      /** 附系統報表 / system report */
      system_report: guiju.YesNo;
    };
    /** 活動 / event */
    event: {
      /** 活動編號 / event id */
      id: string;
      /** 活動類別 / kind */
      kind: "reading_club" | "storytelling" | "lecture";
      /** 辦理日期 / date */
      date?: guiju.Day | null;
      /** 參加人數 / participants */
      participants: guiju.Whole;
      /** 佐證 / proofs */
      proofs: readonly ("sign_in_sheet" | "photo" | "poster")[];
      /** 計畫書編號 / proposal */
      proposal?: string | null;
    };
    /** 支出憑證 / receipt */
    receipt: {
      /** 支出編號 / receipt id */
      id: string;
      /** 經費來源 / funds */
      funds: "grant" | "own";
      /** 支出項目 / category */
      category: "books" | "equipment" | "personnel" | "other";
      /** 金額 / amount */
      amount: guiju.Money;
      /** 開立日期 / issued on */
      issued: guiju.Day;
      /** 會計核章 / stamped */
      stamped: guiju.YesNo;
      /** 憑證編號 / voucher */
      voucher?: string | null;
    };
  };
  kpis: {
    /** 有效分館 / valid branches */
    open_branches: "館";
    /** 有效分館（一般分館） / valid branches (full branch) */
    "open_branches.full": "館";
    /** 有效分館（小型分館） / valid branches (small branch) */
    "open_branches.small": "館";
    /** 有效分館（行動圖書車） / valid branches (mobile library) */
    "open_branches.mobile": "館";
    /** 有效分館（無障礙） / valid branches (accessible) */
    "open_branches.barrier_free": "館";
    /** 有效分館（無障礙設施不足） / valid branches (not accessible) */
    "open_branches.with_barriers": "館";
    /** 行動圖書車 / mobile libraries */
    mobile_libraries: "輛";
    /** 借閱冊數 / volumes lent */
    loans: "冊";
    /** 借閱人次 / readers */
    loan_visits: "人次";
    /** 閱讀活動 / reading activities */
    reading_events: "場";
    /** 閱讀活動人數 / participants in reading activities */
    reading_participants: "人";
    /** 講座 / lectures */
    lectures: "場";
    /** 補助款支出 / spending of the grant */
    grant_spending: "元";
    /** 補助款支出（購書） / spending of the grant (books) */
    "grant_spending.books": "元";
    /** 補助款支出（設備） / spending of the grant (equipment) */
    "grant_spending.equipment": "元";
    /** 補助款支出（人事） / spending of the grant (personnel) */
    "grant_spending.personnel": "元";
    /** 補助款支出（其他） / spending of the grant (other) */
    "grant_spending.other": "元";
    /** 補助款憑證 / receipts of the grant */
    grant_receipts: "張";
    /** 自籌款支出 / spending of own funds */
    own_spending: "元";
    /** 總支出 / total spending */
    total_spending: "元";
    /** 自籌比率 / own share */
    own_share: "%";
    /** 平均每館借閱冊數 / volumes lent per branch */
    loans_per_branch: "冊/館";
  };
  programmeKpis: {
    /** 全計畫借閱冊數 / volumes lent, all grantees */
    all_loans: "冊";
    /** 平均補助款 / average grant */
    mean_grant: "元";
  };
  obligations: {
    /** 自籌款達二成 / own funds of one fifth */
    own_funds: "warning";
    /** 借閱逐年成長 / loans grow */
    growth: "advice";
    /** 達成預期目標 / reach the target */
    reach_target_open_branches: "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_open_branches.full": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_open_branches.small": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_open_branches.mobile": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_open_branches.barrier_free": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_open_branches.with_barriers": "warning";
    /** 達成預期目標 / reach the target */
    reach_target_mobile_libraries: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_loans: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_loan_visits: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_reading_events: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_reading_participants: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_lectures: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_grant_spending: "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_grant_spending.books": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_grant_spending.equipment": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_grant_spending.personnel": "warning";
    /** 達成預期目標 / reach the target */
    "reach_target_grant_spending.other": "warning";
    /** 達成預期目標 / reach the target */
    reach_target_grant_receipts: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_own_spending: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_total_spending: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_own_share: "warning";
    /** 達成預期目標 / reach the target */
    reach_target_loans_per_branch: "warning";
  };
  programmeObligations: {
  };
  tallies: {
    branch: {
      /** 有效分館 / valid branches */
      open_branches: true;
      /** 行動圖書車 / mobile libraries */
      mobile_libraries: true;
    };
    loan: {
      /** 借閱冊數 / volumes lent */
      loans: true;
    };
    event: {
      /** 閱讀活動 / reading activities */
      reading_events: true;
      /** 講座 / lectures */
      lectures: true;
    };
    receipt: {
      /** 補助款支出 / spending of the grant */
      grant_spending: true;
      /** 自籌款支出 / spending of own funds */
      own_spending: true;
    };
  };
  groups: {
    region: "north" | "south" | "islands";
  };
}
