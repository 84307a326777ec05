//! Invented names. Nobody real is meant: people are masked (陳○○), addresses and telephone numbers
//! cannot exist.

use super::draw::Draw;
use super::published::Field;

const FIRST: [&str; 20] = [
    "宏", "旭", "嵐", "澄", "硯", "禾", "朔", "岳", "瀚", "翊", "霖", "榆", "沛", "曜", "鈞", "晞",
    "璟", "磐", "苡", "楷",
];
const SECOND: [&str; 18] = [
    "旭", "澔", "嶼", "棠", "泓", "穎", "弦", "杉", "曦", "鎧", "岑", "汐", "樺", "熠", "璿", "翎",
    "蔚", "珩",
];
const SURNAMES: [&str; 12] =
    ["陳", "林", "黃", "張", "李", "王", "吳", "劉", "蔡", "楊", "許", "鄭"];

/// The trades of a field's companies, and the themes of its alliances.
fn words(field: &Field) -> ([&'static str; 4], [&'static str; 4]) {
    match field.id {
        "biomedical" => {
            (["生醫", "醫材", "生技", "檢驗"], ["智慧醫材", "保健食品", "細胞檢測", "精準照護"])
        }
        "ict" => (["資訊", "通訊", "網路", "智能"], ["邊緣運算", "物聯網", "射頻通訊", "影像辨識"]),
        "innovation_services" => {
            (["科技", "設計", "文創", "工業"], ["智慧製造", "輔具設計", "數位學習", "服務創新"])
        }
        "electromechanical" => {
            (["精密", "機械", "金屬", "自動化"], ["難削材加工", "扣件", "工具機", "複合材料"])
        }
        "electronics" => {
            (["電子", "光電", "電源", "半導體"], ["先進電源", "顯示技術", "感測晶片", "功率元件"])
        }
        "civil_energy" => {
            (["工程", "綠能", "環境", "營造"], ["能源效率", "土壤整治", "結構監測", "水資源"])
        }
        "consumer_chemistry" => {
            (["化工", "材料", "食品", "紡織"], ["淨水", "發泡材料", "機能塗料", "天然萃取"])
        }
        _ => (["物流", "顧問", "資服", "商務"], ["區塊鏈應用", "流通平台", "個資安全", "服務管理"]),
    }
}

/// The name of the alliance at this place of its field.
pub(crate) fn alliance(field: &Field, place: i64, draw: &mut Draw) -> String {
    let (_, themes) = words(field);
    format!("{}範例聯盟{place:02}", draw.pick(themes))
}

/// A made-up institution.
pub(crate) fn host(draw: &mut Draw) -> String {
    let kind = draw.pick(["範例大學", "範例科技大學"]);
    format!(
        "{}{kind}",
        draw.pick(["第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九", "第十"])
    )
}

/// A member's name that is not among those taken.
pub(crate) fn member(field: &Field, kind: &str, taken: &[String], draw: &mut Draw) -> String {
    loop {
        let stem =
            format!("{}{}", FIRST[draw.index(FIRST.len())], SECOND[draw.index(SECOND.len())]);
        let name = match kind {
            "individual" => format!("{}○○", draw.pick(SURNAMES)),
            "association" => format!("{stem}產業公會"),
            "foundation" => format!("財團法人{stem}基金會"),
            "research_institute" => format!("財團法人{stem}研究所"),
            _ => format!("{stem}{}有限公司", draw.pick(words(field).0)),
        };
        if !taken.contains(&name) {
            return name;
        }
    }
}

/// A person, masked.
pub(crate) fn person(draw: &mut Draw) -> String {
    format!("{}○○", draw.pick(SURNAMES))
}

/// An address that does not exist, in a city of the region.
pub(crate) fn address(region: &str, draw: &mut Draw) -> String {
    let city = match region {
        "north" => draw.pick(["臺北市", "新北市", "桃園市", "新竹市"]),
        "central" => draw.pick(["臺中市", "彰化縣"]),
        "south" => draw.pick(["臺南市", "高雄市"]),
        _ => draw.pick(["花蓮縣", "臺東縣"]),
    };
    format!("{city}範例路{}號", draw.between(1, 199))
}

/// A telephone number that nobody has.
pub(crate) fn phone(draw: &mut Draw) -> String {
    format!("00-0000-{:04}", draw.between(0, 9_999))
}
