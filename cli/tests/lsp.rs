//! `guiju lsp` with a client that is not ours: Neovim, headless, by a script. And what becomes of
//! it when a client says nonsense.

#![expect(clippy::print_stderr, reason = "a test that is skipped says why")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const RULES: &str = "pack 示範 \"示範😀\" / \"demo\"
source g \"要點\" { 1 \"第一條😀\" / \"clause one\" }
entity alliance { key id: text }
entity member in alliance {
  key name: text
  kind \"類別\" / \"kind\": company \"公司\" / \"company\" | school | person
  fee \"會費\" / \"fee\": money
}
let   member.paying = fee > 0 元
  else \"未繳會費😀，金額 {fee}\" / \"no fee: {fee}\" @ 1
tally members \"會員😀\" / \"members\" in 家 from member {
  require paying and member_kinds
  select kindd in (company, school) @ 1
  count
}
let member.member_kinds = kind <> person else \"個人\" / \"a person\" @ 1
kpi share_of_fees \"比率\" = members / 10 家 @ 1
";

const TESTS: &str =
    "test \"甲😀\" { alliance A { member M { kind: school fee: 5 元 } } expect A.members = 1 家 }
test \"fails\" { alliance A { member M { kind: school fee: 0 元 } } expect A.members = 1 家 }
";

/// Neovim as `cargo xtask neovim` installs it, or as the variable says.
fn neovim() -> Result<PathBuf, String> {
    if let Ok(named) = std::env::var("NEOVIM") {
        return Ok(named.into());
    }
    let installed =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/neovim/environment/bin/nvim");
    if installed.exists() {
        Ok(installed)
    } else {
        Err(format!("{} is not there; `cargo xtask neovim` installs it", installed.display()))
    }
}

#[test]
fn neovim_is_answered() {
    let neovim = match neovim() {
        Ok(neovim) => neovim,
        Err(missing) => {
            // `cargo xtask test` installs it first and asks for it.
            assert!(std::env::var_os("GUIJU_NEEDS_NEOVIM").is_none(), "{missing}");
            eprintln!("skipped: {missing}");
            return;
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("示範 😀");
    fs::create_dir_all(pack.join("tests")).expect("a folder");
    fs::write(pack.join("rules.guiju"), RULES).expect("a file");
    fs::write(pack.join("tests/tests.guiju"), TESTS).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nvim/client.lua");
    let output = Command::new(neovim)
        .args(["--clean", "--headless", "-n", "-c"])
        .arg(format!("luafile {}", script.display()))
        .env("GUIJU", env!("CARGO_BIN_EXE_guiju"))
        .env("PACK", &pack)
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .expect("Neovim runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    insta::assert_snapshot!(said.replace('\r', ""));
}

#[test]
fn nonsense_is_answered_and_the_server_goes_on() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_guiju"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let frame = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let sent = [
        "nonsense\r\n\r\n".to_owned(),
        frame("{"),
        frame(r#"{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{}}"#),
        frame(r#"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"capabilities":{}}}"#),
        frame(r#"{"jsonrpc":"2.0","id":3,"method":"textDocument/hover","params":[]}"#),
        frame(r#"{"jsonrpc":"2.0","id":4,"method":"no/such"}"#),
        frame(r#"{"jsonrpc":"2.0","id":5,"method":"shutdown"}"#),
        frame(r#"{"jsonrpc":"2.0","method":"exit"}"#),
    ];
    child.stdin.take().expect("a stream").write_all(sent.concat().as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout);
    let codes: Vec<&str> =
        said.split("\"code\":").skip(1).filter_map(|rest| rest.split([',', '}']).next()).collect();
    assert_eq!(codes, ["-32700", "-32002", "-32602", "-32601"], "{said}");
    assert!(output.status.success());
}
