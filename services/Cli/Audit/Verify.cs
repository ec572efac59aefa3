using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Spectre.Console;
using Tremplin.Cli.Machine;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit verify</c>: whether every stored event is as it was recorded.</summary>
internal static class Verify
{
    // A service that died in between has done it by then.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public static Command Verb(Option<bool> json)
    {
        var witness = new Option<DirectoryInfo?>("--witness")
        {
            Description = "The folder with the witnessed checkpoints and the keys that open them; yours, if you keep one. Otherwise the platform's own.",
        };
        var bundle = new Argument<FileInfo?>("bundle")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A bundle that export wrote: then it is checked, and neither platform nor database is needed.",
        };
        var keys = new Option<FileInfo[]>("--key") { Description = "With a bundle: a file with a key that you trust; again for each service.", DefaultValueFactory = _ => [] };
        var verb = new Command("verify", "Compares every stored event with the ledger, the ledger with what was witnessed outside of the database, and the learners' keys with the erasures.") { bundle, witness, keys, json };
        verb.SetAction((parsed, stop) => parsed.GetValue(bundle) is { } file
            ? Task.FromResult(VerifyBundle.Run(file, parsed.GetValue(keys)!, parsed.GetValue(witness), parsed.GetValue(json)))
            : RunAsync(parsed.GetValue(witness), parsed.GetValue(json), stop));
        return verb;
    }

    private static async Task<int> RunAsync(DirectoryInfo? witness, bool json, CancellationToken stop)
    {
        var state = PlatformState.In(PlatformState.Home) ?? throw new InvalidOperationException($"No platform in {PlatformState.Home}.");
        var folder = witness?.FullName ?? Platform.WitnessFolder(state.Folder);
        List<Verified> all = [];
        await Audit.Progress(json, async (service, progress) =>
        {
            await using var store = Store(state.Postgres, service);
            await using var keys = Store(state.Postgres, "keys");
            await using var count = store.CreateCommand($"SELECT count(*) FROM {service}.mt_events");
            var stored = (double)(long)(await count.ExecuteScalarAsync(stop))!;
            all.Add(await Of(service, store, folder, service == "enrollment" ? new(keys, store, Grace) : null).Run(events => progress(events / stored), stop));
        });

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(all, JsonSerializerOptions.Web));
        else
            Show(all);
        return all.Exists(v => v.Findings.Count > 0) ? 1 : 0;
    }

    /// <summary>The verification of a service, by the witness in a folder.</summary>
    /// <exception cref="InvalidOperationException">The folder holds no key of the service.</exception>
    public static Verification Of(string service, NpgsqlDataSource store, string witness, HeldKeys? keys = null, string? snapshot = null)
    {
        var (key, notes) = (Path.Combine(witness, service + ".vkey"), Path.Combine(witness, service + ".checkpoints"));
        return File.Exists(key)
            ? new(service, store, VerifierKey.Parse(File.ReadAllText(key)), File.Exists(notes) ? Checkpoint.Notes(File.ReadLines(notes)) : [], keys, snapshot)
            : throw new InvalidOperationException($"{witness} does not hold the key of {service} ({service}.vkey): no checkpoint can be opened.");
    }

    /// <summary>The store of a service, to be read.</summary>
    public static NpgsqlDataSource Store(string postgres, string service) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres) { Database = service, Options = "-c default_transaction_read_only=on", CommandTimeout = 0 });

    private static void Show(List<Verified> all)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("Service").NoWrap());
        foreach (var heading in new[] { "Events", "In the ledger", "Waiting", "Proven", "Erased" })
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        table.AddColumn(new TableColumn("").NoWrap());
        foreach (var v in all)
            table.AddRow(v.Service, N(v.Events), N(v.Covered), N(v.Waiting), N(v.Proven), N(v.Erased), v.Findings.Count == 0 ? "[green]as recorded[/]" : $"[red]{v.Findings.Count} at fault[/]");
        AnsiConsole.Write(table);
        foreach (var (service, finding) in all.SelectMany(v => v.Findings.Select(f => (v.Service, f))))
            AnsiConsole.MarkupLineInterpolated($"[red]{finding.Kind}[/] {service}: {finding.Words}");

        static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}
