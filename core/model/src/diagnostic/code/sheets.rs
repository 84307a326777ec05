//! What is found where sheets are described and written: G9. Not here: what is found in rules
//! (`rules`) and in data (`data`).

use super::{Code, CodeInfo};
use crate::diagnostic::Severity;

codes! {
    // G9: sheets that are filed
    SheetsSyntax "G901" Error
        { "讀不懂報表的說明：{0}", "this description of sheets cannot be read: {0}" }
        help { "寫法見 docs/reports.zh-TW.md。", "docs/reports.md shows how it is written" }
    SheetsName "G902" Error
        { "`{1}` 不是{0}", "`{1}` is no {0}" }
        help { "請更正名稱。有的是：{2}。", "correct the name; there are: {2}" }
    SheetsScope "G903" Error
        { "指標 `{0}` 屬於{1}，這裡要的是{2}的指標", "figure `{0}` is of {1}, and this place takes those of {2}" }
        help { "請換一個指標，或改寫報表的 `of`。", "take another figure, or change `of` of the sheet" }
    SheetsShape "G904" Error
        { "{0}", "{0}" }
        help { "{1}。", "{1}" }
    SheetsDay "G905" Error
        { "`{0}` 沒有可用的日期：{1}", "`{0}` has no day to go by: {1}" }
        help { "請在 `[dates]` 指定該資料的日期欄位。", "name the field with its day under `[dates]`" }
    SheetsBadName "G906" Error
        { "`{0}` 不能作報表的名稱：{1}", "`{0}` cannot be the name of a sheet: {1}" }
        help { "名稱會成為檔名：請用文字、數字、`_` 與 `-`，最多 31 個字元。", "it becomes the name of files: write letters, digits, `_` and `-`, 31 at most" }
    SheetsKey "G907" Error
        { "{0}不能寫 `{1}`", "{0} takes no `{1}`" }
        help { "可以寫的是：{2}。", "it takes: {2}" }
    NoSheets "G910" Error
        { "規則包 `{0}` 沒有說明任何報表", "pack `{0}` describes no sheets" }
        help { "請在規則檔旁放一個 sheets.toml；寫法見 docs/reports.zh-TW.md。編譯過的規則包不含報表：請改給它的資料夾。", "put a file sheets.toml beside its rules; docs/reports.md shows how it is written. A compiled pack has no sheets: give its folder" }
    NoWindows "G909" Error
        { "沒有填報期間 `{0}`：規則包沒有說明任何期間", "there is no window `{0}`: the pack describes none" }
        help { "請在它的 sheets.toml 寫 `[windows.{0}]`，或拿掉 `--window`。", "write `[windows.{0}]` in its sheets.toml, or leave out `--window`" }
    UnknownSheet "G911" Error
        { "沒有報表 `{0}`", "there is no sheet `{0}`" }
        help { "可用的報表：{1}。", "the sheets are: {1}" }
    UnknownWindow "G912" Error
        { "沒有填報期間 `{0}`", "there is no window `{0}`" }
        help { "可用的期間：{1}。", "the windows are: {1}" }
    WindowNeeded "G913" Error
        { "報表 `{0}` 是某一填報期間的報表", "sheet `{0}` is that of a window" }
        help { "請以 `--window` 指定期間：{1}。", "name one with `--window`: {1}" }
    WindowUnused "G914" Error
        { "報表 `{0}` 不分填報期間", "sheet `{0}` shows no window" }
        help { "請拿掉 `--window`，或換一種報表。", "leave out `--window`, or take another sheet" }
    NoSuchRoot "G915" Error
        { "資料裡沒有{0} `{1}`", "the data has no {0} `{1}`" }
        help { "資料裡有的是：{2}。", "the data has: {2}" }
    CellTooLong "G916" Error
        { "工作表「{2}」有一格的文字有 {0} 個字元，一格最多 {1} 個", "a cell of the worksheet `{2}` has a text of {0} characters, and at most {1} fit" }
        help { "請縮短資料中以「{3}」開頭的文字。", "shorten the text in the data that begins with `{3}`" }
    RootUnused "G917" Error
        { "報表 `{0}` 屬於整體計畫，沒有個別的{1}", "sheet `{0}` is of the programme, and of no single {1}" }
        help { "請拿掉 `--alliance`。", "leave out `--alliance`" }
    NotCarried "G918" Error
        { "{0} 的資料無法沿用到規則包 `{1}`，沒有產生任何檔案", "the data in {0} cannot be carried over to pack `{1}`: no file was made" }
        help { "請先確認這是同一計畫前一年的資料，再另存一份，照上列各項更正（規則包沒有的表或欄請刪除，缺少的欄請補上，可留空）；原有的檔案沒有更動。", "make sure that it is last year's data of the same programme; then mend in a copy what is said above (delete tables and columns that the pack does not have, add those that are missing, if need be empty); the data is as it was" }
    TooManyRows "G919" Error
        { "工作表「{0}」有 {1} 列，最多 {2} 列", "sheet `{0}` has {1} rows, and at most {2} fit" }
        help { "請改用 `--format csv`。", "use `--format csv`" }
    FormUnreadable "G920" Error
        { "表單不能使用：{0}", "this form cannot be used: {0}" }
        help { "請給一個 .ods 檔（試算表）。", "give an .ods file, a spreadsheet" }
    FormName "G921" Error
        { "表單裡的 `{0}` 不是指標，也不是可填入的欄位", "`{0}` in the form is no figure and no field that can be filled in" }
        help { "請更正名稱；不要填入的儲存格名稱請以 `_` 開頭。指標與欄位有：{1}。", "correct the name; names of cells that are not for figures begin with `_`. There are: {1}" }
    FormEmpty "G922" Error
        { "表單裡沒有任何要填入的儲存格", "nothing in the form is to be filled in" }
        help { "請將儲存格命名為指標，或寫入 `{{指標}}`，例如 `{{company_members}}`。", "name cells after figures, or write marks such as `{{company_members}}`" }
    FormMark "G923" Error
        { "表單裡的 `{0}` 無法填入：{1}", "`{0}` in the form cannot be filled in: {1}" }
        help { "{2}。", "{2}" }
    SheetUnwritten "G930" Error
        { "無法寫入 {0}：{1}", "cannot write {0}: {1}" }
        help { "原有的檔案沒有更動。", "a file that was there is as it was" }
    SheetOpen "G931" Error
        { "{0} 正在別的程式開啟（{1}）", "{0} is open in another program ({1})" }
        help { "請先關閉檔案，或以 `--output` 換一個名稱；原有的檔案沒有更動。", "close it there, or give another name with `--output`; the file is as it was" }
    PdfMissing "G940" Error
        { "製作 PDF 的程式 `guiju-pdf` 不在 guiju 旁邊，也不在 PATH 裡", "the program that makes PDF, `guiju-pdf`, is neither beside guiju nor on the PATH" }
        help { "請把 `guiju-pdf` 放在 guiju 旁邊（docs/reports.zh-TW.md 說明如何取得），或用 `--format typ`，再以 Typst 製作。", "put `guiju-pdf` beside guiju (docs/reports.md says where it is from), or take `--format typ` and make it with Typst" }
    PdfSource "G941" Error
        { "這不是 `guiju report --format typ` 產生的內容：{0}", "this is not what `guiju report --format typ` writes: {0}" }
        help { "請用 `guiju report --format pdf`，它會自行交付內容。", "run `guiju report --format pdf`, which hands it over by itself" }
    PdfFont "G942" Error
        { "字型 {0} 不能使用：{1}", "font {0} cannot be used: {1}" }
        help { "請以 `--font` 指定 .otf、.ttf 或 .ttc 檔。", "name a file .otf, .ttf or .ttc with `--font`" }
    PdfCharacters "G943" Error
        { "字型沒有這些字元：{0}", "the fonts lack these characters: {0}" }
        help { "請以 `--font` 加一個有這些字的字型，例如 Windows 的 C:\\Windows\\Fonts\\mingliub.ttc。", "add a font that has them with `--font`, such as C:\\Windows\\Fonts\\mingliub.ttc of Windows" }
    PdfPrivate "G944" Error
        { "造字不能放進 PDF/A：{0}", "characters of the private area cannot stand in PDF/A: {0}" }
        help { "請在資料中改用 Unicode 的字；造字在別的電腦上是別的字。", "write them in the data with characters of Unicode: on other machines these are others" }
}
