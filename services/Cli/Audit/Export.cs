using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Spectre.Console;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit export</c>: evidence about some records, in a file that proves itself.</summary>
internal static class Export
{
    public static Command Verb(Option<bool> json)
    {
        var records = new Option<Guid[]>("--record") { Description = "A training record; again for each.", DefaultValueFactory = _ => [] };
        var programme = new Option<string?>("--programme") { Description = "Only records of this programme." };
        var partner = new Option<string?>("--partner") { Description = "Only records that this partner applied for." };
        var from = new Option<DateOnly?>("--from") { Description = "Only who applied on this day or later." };
        var to = new Option<DateOnly?>("--to") { Description = "Only who applied before this day." };
        var sample = new Option<int?>("--sample") { Description = "Only so many records, drawn by the seed." };
        var seed = new Option<string?>("--seed") { Description = "Any words. The same give the same sample: records are taken in the order of the SHA-256 of seed, slash and id." };
        var file = new Option<FileInfo>("--out") { Description = "The file.", DefaultValueFactory = _ => new("evidence.zip") };
        var verb = new Command("export", "Writes everything about some records as evidence that can be checked without this platform: events, proofs, checkpoints, keys.")
        {
            records, programme, partner, from, to, sample, seed, file, json,
        };
        verb.SetAction((parsed, stop) => RunAsync(
            new("", parsed.GetValue(records) is { Length: > 0 } named ? [.. named.Distinct().Order()] : null, parsed.GetValue(programme), parsed.GetValue(partner),
                parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(sample), parsed.GetValue(seed)),
            parsed.GetValue(file)!, parsed.GetValue(json), stop));
        return verb;
    }

    /// <summary>Writes the evidence about what is in scope.</summary>
    /// <param name="auditor">The doors of the services.</param>
    /// <param name="asked">The scope; its words are made here.</param>
    /// <param name="file">The file, which must not be there.</param>
    /// <param name="begin">Told how many records are in scope.</param>
    /// <param name="progress">Told how many of them are done.</param>
    /// <param name="stop">Gives up; then there is no file.</param>
    /// <exception cref="InvalidOperationException">Nothing is in scope, or a record that was named cannot be proven yet.</exception>
    /// <exception cref="IOException">The file is there already.</exception>
    public static async Task<Exported> Write(
        Auditor auditor, Scope asked, FileInfo file, Action<int> begin, Action<int> progress, CancellationToken stop)
    {
        if (file.Exists)
            throw new IOException($"{file.Name} is there already.");
        if (asked.Sample is <= 0 || asked.Sample is null != asked.Seed is null)
            throw new InvalidOperationException("A sample needs a number of records (--sample) and a seed (--seed).");
        if (asked.Records is not null && asked != new Scope(asked.Words, asked.Records))
            throw new InvalidOperationException("Records are either named or chosen: --record goes with no other option.");
        var population = asked.Records ?? await Population(auditor, asked, stop);
        begin(population.Count);
        using var collected = await Collected.Of(auditor, population, asked.Sample ?? int.MaxValue, progress, stop);
        if (collected.Records.Count == 0 && asked.Records is null)
            throw new InvalidOperationException("No record is in scope, or no checkpoint covers one yet.");
        foreach (var lacking in (asked.Records ?? []).Except(collected.Records))
            throw new InvalidOperationException($"There is no record {lacking}, or no checkpoint covers it yet.");

        // Only what is whole gets the name.
        var partial = new FileInfo(file.FullName + ".partial");
        try
        {
            Manifest manifest;
            await using (var output = partial.Create())
                manifest = EvidenceBundle.Write(output, asked with { Words = Words(asked) }, collected.Records, collected.Contributions);
            partial.MoveTo(file.FullName);
            await using var written = file.OpenRead();
            return new(
                file.Name, written.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(written, stop)), population.Count, collected.Records.Count,
                manifest.Services, collected.Waiting);
        }
        catch
        {
            File.Delete(file.FullName + ".partial");
            throw;
        }
    }

    private static async Task<int> RunAsync(Scope asked, FileInfo file, bool json, CancellationToken stop)
    {
        using var auditor = Auditor.OfHome();
        var exported = json
            ? await Write(auditor, asked, file, _ => { }, _ => { }, stop)
            : await AnsiConsole.Progress().StartAsync(async progress =>
            {
                var records = progress.AddTask("Records", maxValue: double.MaxValue);
                return await Write(auditor, asked, file, count => records.MaxValue = count, done => records.Increment(done), stop);
            });
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(exported, JsonSerializerOptions.Web));
        else
            Show(exported, asked);
        return 0;
    }

    /// <summary>The records in scope; where a seed is given, in the order in which it draws them.</summary>
    public static async Task<IReadOnlyList<Guid>> Population(Auditor auditor, Scope asked, CancellationToken stop)
    {
        var filter = string.Join('&', new[]
        {
            ("programme", asked.Programme), ("partner", asked.Partner), ("from", Day(asked.From)), ("to", Day(asked.To)),
        }.Where(f => f.Item2 is not null).Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2!)}"));
        var records = new List<Guid>();
        await foreach (var line in auditor.Lines("enrollment", "records?" + filter, stop))
            records.Add(line.GetProperty("record").GetGuid());
        return asked.Seed is { } seed ? [.. records.OrderBy(r => Scope.Place(seed, r), StringComparer.Ordinal)] : records;
    }

    private static string Words(Scope asked)
    {
        if (asked.Records is { } named)
            return named.Count == 1 ? $"The training record {named[0]}." : $"{named.Count} training records that were named.";
        var words = asked.Sample is { } most ? $"A sample of at most {most} training records, drawn by the seed '{asked.Seed}' from all" : "All training records";
        if (asked.Programme is { } programme)
            words += $" of the programme {programme}";
        if (asked.Partner is { } partner)
            words += $" for which {partner} applied";
        if (asked.From is not null)
            words += $" from {Day(asked.From)}";
        if (asked.To is not null)
            words += $" before {Day(asked.To)}";
        return words + ".";
    }

    private static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    private static void Show(Exported exported, Scope asked)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn("Service").NoWrap());
        foreach (var heading in new[] { "Events", "Checkpoint of", "Not covered yet" })
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        foreach (var service in exported.Services)
            table.AddRow(service.Service, N(service.Events), N(service.Size), N(exported.Waiting[service.Service]));
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"{Words(asked)} {N(exported.Records)} of {N(exported.InScope)} in scope.");
        if (exported.Waiting.Values.Sum() is > 0 and var waiting)
            AnsiConsole.MarkupLineInterpolated($"[yellow]{N(waiting)} events are younger than the newest checkpoint, and not in the bundle: export again in a minute.[/]");
        AnsiConsole.MarkupLineInterpolated($"{exported.File}: {N(exported.Bytes)} bytes, SHA-256 {exported.Sha256}");

        static string N(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}

/// <summary>A bundle that was written.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="InScope">How many records were asked for, before a sample was drawn.</param>
/// <param name="Records">How many it holds.</param>
/// <param name="Services">What it holds of each service.</param>
/// <param name="Waiting">How many events of each service no checkpoint covers yet.</param>
internal sealed record Exported(
    string File, long Bytes, string Sha256, int InScope, int Records, IReadOnlyList<Covered> Services, IReadOnlyDictionary<string, long> Waiting);
