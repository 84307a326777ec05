//! What is found in data, in tests inside packs, and in results: G6, G7, G8. Not here: what is
//! found in rules (`rules`).

use super::{Code, CodeInfo};
use crate::diagnostic::Severity;

codes! {
    // G6: data
    JsonSyntax "G601" Error
        { "JSON 格式錯誤：{0}", "not valid JSON: {0}" }
        help { "", "" }
    JsonShape "G602" Error
        { "這裡應為{0}，卻是{1}", "expected {0}, found {1}" }
        help { "", "" }
    UnknownDataField "G603" Error
        { "`{1}` 沒有欄位 `{0}`", "`{1}` has no field `{0}`" }
        help { "請更正名稱，或刪除此欄。", "correct the name, or remove the field" }
    DuplicateField "G604" Error
        { "欄位 `{0}` 出現兩次", "field `{0}` is given twice" }
        help { "請刪除其中一個。", "remove one of them" }
    MissingKey "G605" Error
        { "缺少識別欄位 `{0}`", "the key `{0}` is missing" }
        help { "每一筆資料都要有自己的識別值。", "every record needs its own key" }
    DuplicateKey "G606" Error
        { "「{0}」的識別值 `{1}` 重複", "more than one {0} has the key `{1}`" }
        help { "請合併或改名（全形半形、前後空白、看不見的字元都視為相同）。", "merge or rename them (full-width forms, outer spaces and characters that cannot be seen make no difference)" }
    WrongType "G607" Error
        { "`{0}` 不是{1}", "`{0}` is not {1}" }
        help { "{2}", "{2}" }
    WrongChoice "G608" Error
        { "`{0}` 不是可用的選項", "`{0}` is not one of the choices" }
        help { "可用的選項為 {1}。", "the choices are {1}" }
    DataBadDate "G609" Error
        { "`{0}` 不是有效的日期", "`{0}` is not a date" }
        help { "請寫成 `2019-10-31`、`108/10/31` 或 `1081031`；年份須為三位（民國）或四位（西元）。", "write `2019-10-31`, `108/10/31` or `1081031`: three digits of year are Minguo, four Gregorian" }
    Negative "G610" Error
        { "`{0}` 是負數", "`{0}` is negative" }
        help { "金額與數量不可小於零。", "amounts and counts are never below zero" }
    TooManyDigits "G611" Error
        { "`{0}` 超過 28 位數字或 12 位小數", "`{0}` has more than 28 digits or 12 decimals" }
        help { "請確認這個數字。", "check the number" }
    Exponent "G612" Error
        { "`{0}` 使用了指數記號", "`{0}` uses an exponent" }
        help { "請寫出完整的數字。", "write the number out" }
    OutOfRange "G613" Error
        { "`{0}` 不在 {1} 到 {2} 之間", "`{0}` is not between {1} and {2}" }
        help { "請更正數字，或確認欄位是否填錯。", "correct the number, or check that it is in the right field" }
    DataPeriodReversed "G614" Error
        { "期間的結束日 {1} 早於開始日 {0}", "the period ends on {1}, before it starts on {0}" }
        help { "請確認年份，或對調兩個日期。", "check the years, or swap the two days" }
    HalfPeriod "G615" Error
        { "期間缺少{0}", "the period lacks its {0}" }
        help { "請補上{0}。", "add its {0}" }
    Dangling "G616" Error
        { "沒有名為 `{0}` 的{1}", "there is no {1} called `{0}`" }
        help { "請先登錄該筆資料，或更正名稱。", "add that record, or correct the name" }
    UnknownKpi "G617" Error
        { "沒有名為 `{0}` 的指標", "there is no KPI `{0}`" }
        help { "請更正指標代號，或刪除這一項。", "correct the id, or remove the entry" }
    MissingColumn "G618" Error
        { "`{1}` 缺少欄位 `{0}`", "`{1}` has no column `{0}`" }
        help { "{2}。", "{2}" }
    DuplicateColumn "G619" Error
        { "欄位標題 `{0}` 重複", "column `{0}` appears twice" }
        help { "請刪除其中一欄，或更正標題。", "remove one of the columns, or correct its heading" }
    CsvQuote "G620" Error
        { "引號不成對：{0}", "quotation marks do not match: {0}" }
        help { "含逗號或換行的內容須整個以雙引號包住，內部的雙引號寫兩次。", "put the whole cell in double quotes, and write a double quote inside it twice" }
    RaggedRow "G621" Error
        { "這一列有 {0} 欄，標題有 {1} 欄", "not as many cells as columns: {0} in this row, {1} in the header" }
        help { "請檢查逗號的數目；含逗號的內容須以雙引號包住，空白列請刪除。", "count the commas: a cell that holds one goes in double quotes, and a blank line has to go" }
    UnknownParent "G622" Error
        { "沒有識別值為 `{0}` 的{1}", "there is no {1} with the key `{0}`" }
        help { "請先登錄該筆資料，或更正識別值。", "add that record, or correct the key" }
    SeveralParents "G669" Error
        { "有 {2} 筆{1}的識別值是 `{0}`，看不出是哪一筆", "{2} records have the key `{0}` ({1}), and nothing says which is meant" }
        help { "請加上 {3} 欄，寫出它們各自屬於誰。", "add the column {3}, which says whose it is" }
    SeveralRecords "G671" Error
        { "有 {2} 筆{1}的識別值是 `{0}`，看不出是哪一筆", "{2} records have the key `{0}` ({1}), and nothing says which is meant" }
        help { "請連同它所屬各筆的識別值一起寫，以 `/` 分開，如 `{3}`。", "write it behind the keys of what it belongs to, with `/` between them, such as `{3}`" }
    DetachedRecord "G670" Error
        { "這筆資料沒有寫出屬於哪一筆{0}", "the record does not say which {0} it belongs to" }
        help { "請填寫 `{1}`：那一筆的識別值。", "give `{1}`, the key of that record" }
    DataEncoding "G623" Error
        { "檔案不是 UTF-8、UTF-16，也不是 CP950（Big5）", "the file is neither UTF-8 nor UTF-16 nor CP950 (Big5)" }
        help { "請以 UTF-8 編碼另存新檔。", "save the file as UTF-8" }
    MissingTable "G624" Error
        { "缺少資料表 `{0}`", "the table `{0}` is missing" }
        help { "請加入這個資料表。", "add it" }
    UnknownTable "G625" Error
        { "規則包沒有對應 `{0}` 的資料類別", "no entity of the pack goes with `{0}`" }
        help { "可用的資料表為 {1}。", "the tables are {1}" }
    DataUnit "G626" Error
        { "`{0}` 不能用單位 `{1}`", "`{0}` cannot be given in `{1}`" }
        help { "可用的單位為 {2}。", "its units are {2}" }
    OtherUnit "G665" Error
        { "`{0}` 的單位是 `{1}`，這裡應為{2}", "`{0}` is in `{1}`, where {2} is wanted" }
        help { "請換算成這個單位，沒有單位時只寫數字；金額整欄都用別的單位時，寫在欄位標題，如 `金額(仟元)`。", "convert it, or write the number alone where it has no unit; where a whole column of money is in another unit, say so in its heading, as in `amount(仟元)`" }
    ScaledFormat "G666" Error
        { "儲存格的數字是 `{0}`，卻顯示為 `{1}`，無法確定哪一個的單位是 `{2}`", "the cell holds `{0}` and shows `{1}`: which of them is in `{2}` is not certain" }
        help { "請把儲存格改成一般的數字格式（格式裡的 `,` 會少顯示三位數），再確認數字。", "set a plain number format (a `,` at the end of one hides three digits), and check the number" }
    DataTooLarge "G627" Error
        { "資料超過上限：{0}", "the data is over a limit: {0}" }
        help { "請確認檔案是否正確，或分次處理。", "check that this is the right file, or process it in parts" }
    NoData "G628" Error
        { "檔案裡沒有資料", "there is no data in the file" }
        help { "請確認檔案已經存檔。", "check that the file was saved" }
    ProgrammeTwice "G630" Error
        { "`programme` 的資料只能有一筆", "there can be only one record of `programme`" }
        help { "請刪除多出的一筆。", "remove the others" }
    WrongKpiScope "G631" Error
        { "`{0}` 是{1}的指標，不能在這裡給", "`{0}` is a KPI of {1}: it cannot be given here" }
        help { "請移到{1}的資料裡。", "move it to the data of {1}" }
    ControlCharacter "G629" Error
        { "資料裡有控制字元 {0}", "the data has the control character {0}" }
        help { "請刪除此字元。", "delete it" }
    MisleadingCharacter "G663" Warning
        { "`{0}` 有肉眼分辨不出的字元 {1}，{2}", "`{0}` has {1}, which nobody can tell by looking: {2}" }
        help { "請在原始資料刪除它，或重新輸入成一般的字元。", "delete it where the data comes from, or type the value again" }
    OutsidePeriod "G667" Warning
        { "`{0}` 的 `{1}` 沒有一筆在規則包的期間 {2} 之內（資料是 {3}）", "no `{1}` of `{0}` is within the period of the pack, {2}: they are {3}" }
        help { "請確認這是不是這一年度的資料；其他年度的資料，請用那一年度的規則包評核。", "check that these are the data of that year; judge data of another year by the pack of that year" }
    UnmarkedShare "G664" Warning
        { "`{0}` 沒有寫 %，讀成 {1}", "`{0}` has no %: it is read as {1}" }
        help { "請寫成 `{0}%`；真的是 {1} 時，請寫 `{1}`。", "write `{0}%`, or `{1}` where the share is really that large" }
    FloatNumber "G632" Error
        { "`{0}` 是浮點數，不一定是原來寫的數字", "`{0}` is a binary float, which need not be the number that was written" }
        help { "請給 Decimal、整數或文字；確定要用浮點數最短的寫法時，加上 `floats=\"shortest\"`。", "give Decimal, whole numbers or texts; or `floats=\"shortest\"`, where the shortest spelling of each float is the number that is meant" }
    NotFinite "G633" Error
        { "`{0}` 不是數字", "`{0}` is not a number" }
        help { "尚未知道的值請留空（null）。", "leave a value that is not known empty (null)" }
    TimeOfDay "G634" Error
        { "`{0}` 帶有時刻，這裡只能是日期", "`{0}` has a time of day, where a date is wanted" }
        help { "請先轉成日期。", "convert it to a date without a time" }
    TimeZone "G635" Error
        { "`{0}` 帶有時區，是哪一天要看時區", "`{0}` has a time zone, on which its day depends" }
        help { "請先依要用的時區轉成日期。", "convert the column to dates, in the time zone that is meant" }
    WrongColumn "G636" Error
        { "這一欄是{0}，不是{1}", "the column holds {0}, not {1}" }
        help { "請轉換這一欄；文字（如統一編號）要保留開頭的零。", "convert the column; texts such as ids keep their leading zeros" }
    BadFrame "G637" Error
        { "無法讀取這個資料表：{0}", "this table cannot be read: {0}" }
        help { "{1}", "{1}" }
    WrongCell "G651" Error
        { "`{0}` 是{1}儲存格，不是{2}", "`{0}` is {1} here, not {2}" }
        help { "請更正內容；編號之類的文字，請先把儲存格格式設為「文字」再重新輸入，才會保留開頭的零，也不會被改成日期。", "correct it; for texts such as ids, set the format of the cells to text and type them again: they keep their leading zeros then, and are not turned into dates" }
    SheetTwice "G652" Error
        { "工作表 `{0}` 與 `{1}` 都是 `{2}` 的資料", "the sheets `{0}` and `{1}` both have the records of `{2}`" }
        help { "請合併成一個工作表，或刪除其中一個。", "put them together in one sheet, or delete one" }
    NoHeadings "G653" Error
        { "第一列不是欄位標題", "the first row has no heading that is known" }
        help { "欄位標題須在工作表的最上面一列；請刪除上方的表名與說明，並使用欄位的名稱或標籤：{0}。", "the headings stand in the top row of the sheet: delete titles and remarks above them, and use the names or labels of the fields: {0}" }
    MergedCells "G654" Error
        { "`{0}` 是合併儲存格", "the cells `{0}` are merged" }
        help { "請取消合併，並在每一格各自填入內容。", "unmerge them, and fill in each cell" }
    CellError "G655" Error
        { "儲存格是錯誤值 `{0}`", "the cell has the error `{0}`" }
        help { "請更正公式或它參照的儲存格；尚未知道的值請留空。", "correct the formula or the cells it refers to; leave a value that is not known empty" }
    NotCalculated "G656" Error
        { "公式還沒有計算結果", "the formula has no result yet" }
        help { "請以試算表軟體開啟檔案，重新計算後存檔；或把公式改成值。", "open the file in a spreadsheet program and save it, or put the value in place of the formula" }
    Imprecise "G657" Error
        { "`{0}` 超過 15 位數字，試算表無法準確保存", "`{0}` has more than the 15 digits that a spreadsheet keeps exactly" }
        help { "編號請改為文字格式並重新輸入；計算出來的數字請以 ROUND 取到需要的小數位數。", "set ids as text and type them again; round what is calculated by ROUND to the decimals it needs" }
    HiddenRead "G658" Advice
        { "工作表 `{0}` 隱藏的部分也讀取了：{1}", "what is hidden in sheet `{0}` was read too: {1}" }
        help { "不要採計的資料請從檔案刪除。", "delete from the file what is not to count" }
    BadWorkbook "G659" Error
        { "無法讀取這個試算表檔：{0}", "this workbook cannot be read: {0}" }
        help { "{1}", "{1}" }
    BlankRow "G660" Error
        { "這一列是空白的", "this row is blank" }
        help { "請刪除這一列；只有結尾的空白列不計。", "delete it; only blank rows at the end are ignored" }
    BesideColumns "G661" Error
        { "標題只到 {0} 欄，這一格在它右邊", "the headings end at column {0}, left of this cell" }
        help { "請把內容移到有標題的欄，或刪除。", "move it under a heading, or delete it" }
    NotCommas "G662" Error
        { "各欄以{0}分隔，不是逗號", "the columns are set apart by {0}, not by commas" }
        help { "請重新匯出為以逗號分隔的 CSV（UTF-8）。", "export the table again as CSV with commas (UTF-8)" }
    ListNotGiven "G672" Warning
        { "資料裡沒有 `{0}`：什麼在其中，視為不知道", "the data has no `{0}`: what is in it counts as not known" }
        help { "若沒有任何一筆，請給 {1}。", "where it has no entries, give {1}" }
    NotAResult "G640" Error
        { "這不是評核結果：{0}", "this is not the result of an evaluation: {0}" }
        help { "請給較早年度以 `guiju evaluate … --format json` 產生的檔案。", "give what `guiju evaluate … --format json` wrote for an earlier year" }
    ResultAsData "G641" Error
        { "這是評核結果，不是資料", "this is the result of an evaluation, not data" }
        help { "請給原來的資料；較早年度的結果是給 `guiju evaluate … --previous` 的。", "give the data itself; the result of an earlier year is for `guiju evaluate … --previous`" }
    NotEarlier "G642" Error
        { "`{0}` 的結果（{1}）不早於 `{2}`（{3}）", "the result of `{0}` ({1}) is not earlier than `{2}` ({3})" }
        help { "前一年結果的期間須在本規則包的期間開始前結束；一次評核數個年度時，請由早到晚排列。", "a result is previous only if its period ends before that of the pack begins; give several years in the order of time" }
    OtherRoots "G643" Error
        { "結果裡是 `{0}`，規則包 `{1}` 評核的是 `{2}`", "the result is about `{0}`, but pack `{1}` judges `{2}`" }
        help { "請給同一計畫較早年度的結果。", "give an earlier result of the same programme" }
    EarlierUnit "G644" Error
        { "`{0}` 的單位不同：`{1}` 的結果是{2}，規則包是{3}", "the unit of `{0}` differs: {2} in the result of `{1}`, {3} in the pack" }
        help { "意義不同的指標請用不同的名稱。", "give KPIs that mean different things different names" }
    EarlierDiffers "G645" Error
        { "{0} 的 `{1}` 有兩個前一年的值：資料是 {2}，`{3}` 的結果是 {4}", "{0} has two previous values of `{1}`: {2} in the data, {4} in the result of `{3}`" }
        help { "請更正其中之一，或刪除資料裡的前一年值。", "correct one of them, or leave the previous value out of the data" }
    EarlierOpen "G646" Advice
        { "`{0}` 的結果有 {1} 個值不是確定的數字，前一年值視為未提供（{2}）", "values in the result of `{0}` that are no known numbers stay missing as previous values: {1} ({2})" }
        help { "", "" }
    EarlierEnded "G647" Advice
        { "{0} 個{1}只在 `{2}` 的結果裡，沒有這次的資料：{3}", "in the result of `{2}` but not in the data ({1}: {0}): {3}" }
        help { "", "" }
    EarlierNew "G648" Advice
        { "{0} 個{1}不在 `{2}` 的結果裡，沒有前一年的值：{3}", "in the data but not in the result of `{2}`, so without previous values ({1}: {0}): {3}" }
        help { "", "" }
    EarlierKpis "G649" Advice
        { "`{0}` 的結果有 {1} 個指標是這個規則包沒有的，不採用：{2}", "KPIs in the result of `{0}` that the pack does not have are left out ({1}): {2}" }
        help { "", "" }
    EarlierGap "G650" Advice
        { "`{0}` 的期間到 {1} 為止，這個規則包從 {2} 開始：前一年的值來自更早的年度", "the period of `{0}` ends on {1}, that of the pack begins on {2}: previous values are older than last year's" }
        help { "", "" }

    // G7: tests in packs
    TestFailed "G701" Error
        { "測試「{0}」不成立：應為 {1}，實為 {2}", "test \"{0}\" fails: expected {1}, got {2}" }
        help { "", "" }
    TestData "G702" Error
        { "測試「{0}」的資料有誤：{1}", "the data of test \"{0}\" is wrong: {1}" }
        help { "", "" }
    TestEmpty "G703" Error
        { "測試「{0}」沒有任何 `expect`", "test \"{0}\" expects nothing" }
        help { "", "" }
    TestPath "G704" Error
        { "測試「{0}」裡沒有 `{1}`", "test \"{0}\" has no `{1}`" }
        help { "", "" }

    // G8: results
    NoKey "G801" Warning
        { "沒有填寫 {0}，不參與「{1}」的比對", "no {0} is given, so it takes no part in \"{1}\"" }
        help { "", "" }
    NotFilledIn "G802" Error
        { "「{0}」尚未填寫", "{0} is not filled in yet" }
        help { "", "" }
    NeededToDecide "G803" Warning
        { "還不能判斷是否計入「{1}」：請填寫「{0}」", "whether it counts in {1} is open until {0} is filled in" }
        help { "", "" }
}
