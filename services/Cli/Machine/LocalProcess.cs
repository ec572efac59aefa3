using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Tremplin.Cli.Machine;

/// <summary>What to start, and how it is asked to end.</summary>
/// <param name="Name">Names it in messages and in <c>state.json</c>.</param>
/// <param name="Log">The file its output and errors are appended to.</param>
/// <param name="Command">The program and its arguments.</param>
/// <param name="EndSignal">The signal that asks it to end in good order.</param>
internal sealed record Launch(string Name, string Log, IReadOnlyList<string> Command, int EndSignal = Signals.Term)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string WorkingFolder { get; init; } = "/";

    /// <summary>The system user it runs as; null: as oneself.</summary>
    public string? User { get; init; }

    /// <summary>True when it ends no later than this process, however that one ends.</summary>
    public bool EndsWithUs { get; init; }
}

/// <summary>A process of this machine that leads a group of its own. As data, so that another run can find it again.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Pid">Its process id, which is its group's id as well.</param>
/// <param name="Started">When it started, in clock ticks since the machine did: tells it from a later process with the same id.</param>
/// <param name="Log">The file that holds its output.</param>
/// <param name="EndSignal">The signal that asks it to end in good order.</param>
public sealed record LocalProcess(string Name, int Pid, long Started, string Log, int EndSignal)
{
    // The kernel's "parent death" is the death of the thread that started the child, so one thread that never ends starts all.
    private static readonly BlockingCollection<Action> Starts = StartingThread();

    /// <summary>True while the process runs; a zombie does not run.</summary>
    [JsonIgnore]
    public bool Alive => Started != 0 && StartOf(Pid) == Started;

    /// <summary>Its resident memory in bytes; 0 when it has ended.</summary>
    [JsonIgnore]
    public long ResidentBytes => Status("VmRSS:") is { } line
        ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 : 0;

    /// <summary>The last lines of its log.</summary>
    public string LogTail(int lines = 25) => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(lines)) : "(no log)";

    /// <summary>Kills it and its children at once, as a crash would, and returns when they are gone.</summary>
    public async Task KillAsync()
    {
        // PostgreSQL's children leave the group, so they are asked for one by one.
        var all = Descendants().Append(this).ToList();
        all.ForEach(process => process.Send(Signals.Kill));
        Signals.Send(-Pid, Signals.Kill);
        foreach (var process in all)
            await process.EndedAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Asks it to end, and kills it and its children when it has not done so in time. Does nothing when it has ended.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Send(EndSignal);
        if (!await EndedAsync(patience))
            await KillAsync();
    }

    /// <summary>The number of the user we run as.</summary>
    internal static string UserId => Ourselves().Status("Uid:")!.Split('\t')[1];

    internal static LocalProcess Ourselves() =>
        new("tremplin", Environment.ProcessId, StartOf(Environment.ProcessId), "", Signals.Term);

    internal static LocalProcess Start(Launch launch)
    {
        PrivateFile.Folder(Path.GetDirectoryName(launch.Log)!);
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = launch.WorkingFolder,
            ArgumentList = { "-c", "log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1", "sh", launch.Log, "setsid" },
        };
        foreach (var argument in (string[])[.. Privileges(launch), .. launch.Command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in launch.Environment)
            start.Environment[name] = value;

        var started = new TaskCompletionSource<LocalProcess>();
        Starts.Add(() =>
        {
            try
            {
                using var process = Process.Start(start)!;
                started.SetResult(new LocalProcess(launch.Name, process.Id, StartOf(process.Id), launch.Log, launch.EndSignal));
            }
#pragma warning disable CA1031 // The caller gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                started.SetException(e);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    internal void Send(int signal)
    {
        if (Alive)
            Signals.Send(Pid, signal);
    }

    private static string[] Privileges(Launch launch)
    {
        string[] user = launch.User is { } name ? [$"--reuid={name}", $"--regid={name}", "--init-groups"] : [];
        string[] death = launch.EndsWithUs ? [$"--pdeathsig={(launch.EndSignal == Signals.Int ? "INT" : "TERM")}"] : [];
        return user.Length + death.Length == 0 ? [] : ["setpriv", .. user, .. death, "--"];
    }

    private static BlockingCollection<Action> StartingThread()
    {
        var starts = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts processes" }.Start();
        return starts;
    }

    private static long StartOf(int pid)
    {
        try
        {
            // The name in brackets may hold spaces; the state follows it, and the start is the twentieth field from there.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private List<LocalProcess> Descendants()
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{Pid}/task/{Pid}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))
                .Select(id => this with { Pid = id, Started = StartOf(id) })
                .SelectMany(child => child.Descendants().Append(child))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private async Task<bool> EndedAsync(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (Alive)
        {
            if (clock.Elapsed > patience)
                return false;
            await Task.Delay(20);
        }
        return true;
    }

    private string? Status(string field)
    {
        try
        {
            return Alive ? File.ReadLines($"/proc/{Pid}/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>The signals that are used here, by Linux's numbers.</summary>
internal static class Signals
{
    public const int Int = 2;
    public const int Kill = 9;
    public const int Term = 15;

    /// <summary>Sends a signal to a process, or to a group when the id is negative. One that has gone is no error.</summary>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int pid, int signal);
}
