using Tremplin.Cli.Machine;

namespace Tremplin.Faults;

/// <summary>A small disk of PostgreSQL's own, which can be filled: a file with a file system in it, which only root can mount.</summary>
internal sealed class Disk : IAsyncDisposable
{
    private const long Size = 1200 * 1024 * 1024L;
    private readonly string _image = Path.Combine(Path.GetTempPath(), $"tremplin-disk-{Guid.NewGuid():N}");
    private readonly string _place;

    private Disk() => _place = _image + ".mounted";

    private string Ballast => Path.Combine(_place, "ballast");

    /// <summary>Whether there can be one.</summary>
    public static bool Possible { get; } = Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control");

    /// <summary>A disk with the data of the server that has this folder; null where there can be none.</summary>
    public static async Task<Disk?> Of(string folder)
    {
        if (!Possible)
            return null;
        var disk = new Disk();
        await using (var image = File.Create(disk._image))
            image.SetLength(Size);
        Directory.CreateDirectory(disk._place);
        await DebianPackage.RunAsync(null, ["mkfs.ext4", "-q", "-m", "0", disk._image]);
        await DebianPackage.RunAsync(null, ["mount", "-o", "loop", disk._image, disk._place]);
        PrivateFile.FolderToPass(disk._place);
        var data = await DebianPackage.FolderAsync(Path.Combine(disk._place, "data"), DebianPackage.RunsAs("postgres"));
        // A link: who removes the folder does not remove what is mounted.
        Directory.CreateDirectory(folder);
        Directory.CreateSymbolicLink(Path.Combine(folder, "data"), data);
        return disk;
    }

    /// <summary>Takes all that is left.</summary>
    public void Fill()
    {
        // Most of it is only reserved, which is quick.
        var most = Math.Max(new DriveInfo(_place).AvailableFreeSpace - (1 << 24), 0);
        using var ballast = new FileStream(Ballast, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = most });
        ballast.Position = most;
        var zeros = new byte[65_536];
        try
        {
            while (true)
                ballast.Write(zeros);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Empty() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await DebianPackage.RunAsync(null, ["umount", _place]);
        Directory.Delete(_place);
        File.Delete(_image);
    }
}
