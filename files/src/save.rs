//! What was made, as a file: a new one, or in the place of the one that is there, which stays as it
//! is until all of the other is on the disk.
//!
//! Not here: what is in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Puts bytes into a file, new or in the place of an old one. A link stays one: what it leads to is
/// replaced, or made. What is no file, such as a pipe, is written into.
///
/// # Errors
/// What the system says; whatever fails, the old file stays.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_file() => {
            let new = prepared(path, bytes)?;
            new.persist(fs::canonicalize(path)?).map_err(|error| error.error)?;
            Ok(())
        }
        Ok(_) => OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        // A link to what is not there yet.
        Err(_) if fs::symlink_metadata(path).is_ok() => {
            OpenOptions::new().write(true).create(true).truncate(false).open(path)?.write_all(bytes)
        }
        Err(_) => {
            whole(path, bytes)?.persist(path).map_err(|error| error.error)?;
            Ok(())
        }
    }
}

/// Puts bytes into a file that is not there yet: somebody may have filled in one that is.
///
/// # Errors
/// What the system says, [`io::ErrorKind::AlreadyExists`] among it.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    whole(path, bytes)?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// What is to replace a file, whole on the disk beside it, with the same permissions, and of the same
/// owner and group as far as one may give files away.
///
/// # Errors
/// What the system says, also where one may not write the file itself, and where its group, which
/// may do more with it than others, would lose it.
pub fn prepared(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let path = fs::canonicalize(path)?;
    // Only who may write a file may replace it.
    let metadata = OpenOptions::new().write(true).open(&path)?.metadata()?;
    let new = whole(&path, bytes)?;
    keep_owner(&metadata, new.as_file())?;
    new.as_file().set_permissions(metadata.permissions())?;
    Ok(new)
}

/// The file by which a program says that it has this one open: LibreOffice and Excel leave one
/// beside it.
pub fn open_elsewhere(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let of_excel: String = name.chars().skip(2).collect();
    [format!(".~lock.{name}#"), format!("~${name}"), format!("~${of_excel}")]
        .into_iter()
        .map(|lock| path.with_file_name(lock))
        .find(|lock| fs::symlink_metadata(lock).is_ok())
}

/// The new file, whole on the disk beside the place it is for.
fn whole(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::metadata(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".guiju-");
    as_new_files_are(&mut builder);
    let new = builder.tempfile_in(folder);
    let mut new = new.map_err(of_system)?;
    new.as_file_mut().write_all(bytes)?;
    new.as_file().sync_all()?;
    Ok(new)
}

/// Who may read other new files of this user may read this one.
#[cfg(unix)]
fn as_new_files_are(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn as_new_files_are(_: &mut tempfile::Builder<'_, '_>) {}

/// What the system says, without the name of a file that nobody asked for: the library joins it to
/// the words, and keeps of the error no more than its kind.
fn of_system(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() { error } else { error.kind().into() }
}

#[cfg(unix)]
fn keep_owner(old: &fs::Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    // Each by itself: whoever may not give a file away may still give it to a group of theirs.
    let kept = fchown(new, None, Some(old.gid()));
    let of_group = old.mode() >> 3 & !old.mode() & 0o7;
    if of_group != 0 {
        kept?;
    }
    drop(fchown(new, Some(old.uid()), None));
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &fs::Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_until_the_new_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.ods");
        create(&path, b"old").expect("it is new");
        let again = create(&path, b"new").expect_err("it is there");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("a file"), b"old");
        replace(&path, b"new").expect("nothing is in the way");
        assert_eq!(fs::read(&path).expect("a file"), b"new");
        let nowhere = replace(&folder.path().join("no/b.ods"), b"").expect_err("no folder");
        assert!(!nowhere.to_string().contains(".guiju-"), "{nowhere}");
        assert!(replace(folder.path(), b"new").is_err(), "a folder is no file");
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1, "nothing is left");
        let lock = folder.path().join(".~lock.a.ods#");
        assert_eq!(open_elsewhere(&path), None);
        fs::write(&lock, "").expect("a lock");
        assert_eq!(open_elsewhere(&path), Some(lock));
    }

    #[test]
    #[cfg(unix)]
    fn links_lead_on_and_what_is_no_file_is_written_into() {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "old").expect("a file");
        symlink(&file, &link).expect("a link");
        replace(&link, b"new").expect("it leads to a file");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read(&file).expect("a file"), b"new");
        let (nowhere, target) = (folder.path().join("d"), folder.path().join("e"));
        symlink("e", &nowhere).expect("a link");
        replace(&nowhere, b"made").expect("what it leads to is made");
        assert!(fs::symlink_metadata(&nowhere).expect("it is there").is_symlink());
        assert_eq!(fs::read(&target).expect("a file"), b"made");
        let circle = folder.path().join("f");
        symlink("f", &circle).expect("a link");
        assert!(replace(&circle, b"lost").is_err(), "it leads to itself");
        let socket = folder.path().join("c");
        let _bound = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
        assert!(replace(&socket, b"new").is_err(), "nobody reads it");
        let left = fs::symlink_metadata(&socket).expect("it is there");
        assert!(left.file_type().is_socket(), "it stays what it is");
    }
}
