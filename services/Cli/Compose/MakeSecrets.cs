using System.CommandLine;
using System.Security.Cryptography;
using Tremplin.Cli.Backups;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Compose;

/// <summary>
/// <c>secrets</c>: makes every password and key of the compose file's containers where it is lacking, as files in a folder for
/// each container, which alone has it mounted. Runs before everything else; a secret that is there is never changed.
/// </summary>
internal static class MakeSecrets
{
    /// <summary>Where the containers' volumes are mounted.</summary>
    public const string Folder = "/secrets";

    private const string Admin = "tremplin";

    // More than one where there is a standby: whoever connects finds the primary, and looks again each second.
    private static readonly string Servers = Environment.GetEnvironmentVariable("TREMPLIN_POSTGRES") is { Length: > 0 } several
        ? $"Host={several};Target Session Attributes=primary;Host Recheck Seconds=1"
        : "Host=postgres";

    private static readonly string[] Stores = ["enrollment", "scheduling", "certification"];

    public static Command Verb()
    {
        var folder = new Option<string>("--folder") { Description = "Holds a folder for each container.", DefaultValueFactory = _ => Folder };
        var from = new Option<string>("--from") { Description = "The keys of a backup, for a platform that is to be restored: its secrets come first." };
        var verb = new Command("secrets", "Makes the passwords and keys of the containers where they are lacking.") { folder, from };
        verb.SetAction(async (parsed, stop) =>
        {
            if (parsed.GetValue(from) is { } keys)
                await Restored.Secrets(keys, Path.Combine(parsed.GetValue(folder)!, "identity"), service => Path.Combine(parsed.GetValue(folder)!, service), stop);
            Make(parsed.GetValue(folder)!, PlatformState.Home);
        });
        return verb;
    }

    private static void Make(string folder, string home)
    {
        // Each volume is for one container, whose user need not be ours: whoever has it mounted may read it.
        var postgres = Shared(Path.Combine(folder, "postgres", "admin.password"), Password);
        var broker = Path.Combine(folder, "rabbitmq", "admin.conf");
        Shared(Path.Combine(folder, "postgres", "replication.password"), Password);
        Shared(Path.Combine(folder, "rabbitmq", "erlang.cookie"), Password);
        Shared(Path.Combine(folder, "grafana", "admin.password"), Password);
        // Read by the server itself, and only when its database is new.
        var rabbit = Shared(broker, () => $"default_user = {Admin}\ndefault_pass = {Password()}\n").Split('\n')[1].Split(" = ")[1];

        Told(Path.Combine(folder, "identity", "settings"), "ConnectionStrings__Identity", Database("identity", "identity"));
        foreach (var service in Stores)
        {
            var settings = Path.Combine(folder, service, "settings");
            Told(settings, "ConnectionStrings__Store", Database(service, service));
            Told(settings, "RabbitMq__Uri", $"amqp://{service}:{Kept("broker", service)}@rabbitmq:5672/");
            if (service is not "scheduling")
                Told(settings, "ConnectionStrings__Keys", Database("keys", service));
        }

        // Both open what is sealed for a learner, and both make the addresses of calendars: under one secret.
        Both("personal-data.key", 64, "certification");
        Both("calendar.key", 32, "scheduling");

        new PlatformState(home, new("compose", [], [], []), $"{Servers};Username={Admin};Password={postgres}", new($"amqp://{Admin}:{rabbit}@rabbitmq:5672/"),
            new("http://rabbitmq:15672/"), [.. ((string[])["Identity", "Enrollment", "Scheduling", "Certification", "Portal"]).Select(Replica)], Outside()).Save();

        void Both(string name, int length, string other)
        {
            var first = Path.Combine(folder, "enrollment", name);
            if (!File.Exists(first))
                PrivateFile.Write(first, RandomNumberGenerator.GetBytes(length));
            if (Path.Combine(folder, other, name) is var copy && !File.Exists(copy))
                PrivateFile.Write(copy, File.ReadAllBytes(first));
        }

        string Database(string name, string role) =>
            $"{Servers};Database={name};Username=tremplin_{role};Password={Kept("database", $"tremplin_{role}")};Maximum Pool Size=40";

        string Kept(string where, string whose) => Own(Path.Combine(home, where), $"{whose}.password", Password());
    }

#pragma warning disable CA1308 // Hosts are in lower case.
    private static ReplicaState Replica(string service) =>
        new(service, 0, new($"http://{service.ToLowerInvariant()}:8080/"), new(service.ToLowerInvariant(), 0, 0, "", 0));
#pragma warning restore CA1308

    private static Outside? Outside() => Environment.GetEnvironmentVariable("TREMPLIN_URL") is { Length: > 0 } http
        ? new(new(http), new(Environment.GetEnvironmentVariable("TREMPLIN_AMQP_URL") ?? throw new InvalidOperationException("TREMPLIN_AMQP_URL is not set.")))
        : null;

    private static string Password() => RandomNumberGenerator.GetHexString(40, lowercase: true);

    /// <summary>The text of a file for us alone, made where it is lacking.</summary>
    private static string Own(string folder, string name, string text)
    {
        PrivateFile.Folder(folder);
        var file = Path.Combine(folder, name);
        if (!File.Exists(file))
            PrivateFile.Write(file, text);
        return File.ReadAllText(file);
    }

    /// <summary>A setting, made anew each time: its secret stays, the servers may be others.</summary>
    private static void Told(string folder, string name, string text)
    {
        PrivateFile.Folder(folder);
        PrivateFile.Write(Path.Combine(folder, name), text);
    }

    private static string Shared(string file, Func<string> text)
    {
        if (!File.Exists(file))
        {
            PrivateFile.Write(file, text());
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        return File.ReadAllText(file);
    }
}
