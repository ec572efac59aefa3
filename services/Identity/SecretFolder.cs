using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Tremplin.Identity;

/// <summary>
/// The folder of generated secrets, mode 700, its files mode 600. Replicas may share it: a file appears whole or not at all.
/// </summary>
public sealed partial class SecretFolder
{
    private readonly string _folder;

    /// <summary>Creates the folder if there is none; one that exists keeps its mode.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public SecretFolder(string folder) =>
        _folder = Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>The text of a file, or null if there is no such file.</summary>
    public string? Read(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : null;

    /// <summary>When a file was last written, or null if there is no such file.</summary>
    public DateTime? WrittenAt(string name) => File.Exists(PathOf(name)) ? File.GetLastWriteTimeUtc(PathOf(name)) : null;

    /// <summary>The text of a file, created if need be. Of several replicas at once one wins, and all read its text.</summary>
    /// <exception cref="IOException">The file cannot be written, or the file system knows no hard links.</exception>
    public string ReadOrCreate(string name, Func<string> create)
    {
        if (Read(name) is { } text) return text;

        var draft = WriteDraft(name, create());
        try
        {
            // File.Move looks for the target first and then overwrites it all the same: only link(2) refuses in one step.
            if (Link(draft, PathOf(name)) != 0 && !File.Exists(PathOf(name)))
                throw new IOException($"Cannot create {PathOf(name)}.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            File.Delete(draft);
        }

        return File.ReadAllText(PathOf(name));
    }

    /// <summary>Replaces a file in one step. Callers see to it that no other replica does the same.</summary>
    public void Replace(string name, string text) => File.Move(WriteDraft(name, text), PathOf(name), overwrite: true);

    private string WriteDraft(string name, string text)
    {
        var draft = PathOf($".{name}.{Path.GetRandomFileName()}");
        using var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.UTF8.GetBytes(text));
        // On the disk before it gets its name: a power cut must not leave an empty key.
        file.Flush(flushToDisk: true);
        return draft;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string added);
}
