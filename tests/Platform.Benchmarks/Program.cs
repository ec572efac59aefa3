using System.Globalization;
using Spectre.Console;
using Tremplin.Cli.Demo;
using Tremplin.Platform.Benchmarks;

// Figures, never assertions: a limit and the platform, side by side in one run on one machine.
// Arguments: seconds of steady load (20), then what to measure: load, alone, rush, takeover, replay, ledger, reports, audit, restore, sizing,
// batch, guesses (all); after reports, audit or restore, how many events there shall be (1 000 000, 2 000 000, 1 000 000), after batch, how many certificates (10 000).
var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
bool Wanted(string figure) => args.Length < 2 || args.Skip(1).Contains(figure);
var table = new Table().Border(TableBorder.Rounded).AddColumn("Figure").AddColumn(new TableColumn("Value").RightAligned());
if (Wanted("load") || Wanted("alone") || Wanted("rush"))
{
    await Measure(replicas: 1, async (platform, api) =>
    {
        if (Wanted("alone"))
            await Alone(api);
        if (Wanted("load"))
            await Together(platform, api);
        if (Wanted("rush"))
            await Rushes(platform, api);
        table.AddRow("Memory of the services after it", $"{platform.Services.Sum(s => s.ResidentBytes) / 1_000_000} MB");
    });
}

if (Wanted("takeover"))
    await Measure(replicas: 2, (platform, _) => TakeOvers(platform));
if (Wanted("replay"))
    await Measure(replicas: 1, Replay);
if (Wanted("ledger"))
    await Measure(replicas: 1, Ledger);
if (Wanted("reports"))
    await Measure(replicas: 1, Reports);
if (Wanted("audit"))
    await Measure(replicas: 1, Audit);
if (Wanted("restore"))
    await Measure(replicas: 1, Restore);
if (Wanted("sizing"))
{
    foreach (var replicas in new[] { 1, 2, 3 })
        await Measure(replicas, (platform, _) => Sizing(platform, replicas));
    await Measure(replicas: 1, Keeping, simulatedClock: true);
}

if (Wanted("guesses"))
    await Measure(replicas: 1, Guessed, simulatedClock: true);
if (Wanted("batch"))
    await Measure(replicas: 1, Certificates, simulatedClock: true);

AnsiConsole.Write(table);

async Task Guessed(Tremplin.Cli.Machine.Platform platform, Api api)
{
    AnsiConsole.WriteLine("Certificates and links to them are guessed, by turns ...");
    var guesses = await Guesses.Of(platform, api, rounds: 2_000);
    foreach (var ((what, of), i) in guesses.Select((guess, i) => (guess, i)))
        table.AddRow($"{what}, median / p95", $"{of.Median * 1000:F0} / {of.P95 * 1000:F0} µs ({of.Median / guesses[i / 3 * 3].Time.Median:P0} of the first)");
}

async Task Certificates(Tremplin.Cli.Machine.Platform platform, Api api)
{
    var certificates = args.Length > 2 && int.TryParse(args[2], CultureInfo.InvariantCulture, out var asked) ? asked : 10_000;
    AnsiConsole.WriteLine($"{certificates} learners attend, and their cohorts are closed at once ...");
    var batch = await Batches.Of(platform, api, certificates);
    table.AddRow($"{certificates} certificates at once: issued per second, to the middle", $"{batch.PerSecond:F0} (asked for: 60; {batch.PerSecond / 60:P0})");
    table.AddRow("  most memory of Certification", $"{batch.Peak / 1_000_000} MB (allowed: 500; {batch.Peak / 500_000_000.0:P0})");
    table.AddRow("  killed in the middle: all issued after, per second", $"{batch.Resumed:F0} s, {batch.PerSecondAfter:F0}");
    table.AddRow("  issued twice, or printed and not issued", $"{batch.Doubled}");
    table.AddRow("  documents of one certificate: bytes of database", $"{batch.Bytes:F0}");
}

async Task Sizing(Tremplin.Cli.Machine.Platform platform, int replicas)
{
    AnsiConsole.WriteLine($"32 clients, {replicas} of each service ...");
    var size = await Sizes.Of(platform, clients: 32, TimeSpan.FromSeconds(seconds));
    table.AddRow($"{replicas} of each service, 32 clients: applications accepted / decided per second", $"{size.Accepted:F0} / {size.Decided:F0}");
    table.AddRow("  of processor for each application", $"{size.Cost.Values.Sum():F2} ms: {string.Join(", ", size.Cost.Select(c => $"{c.Key} {c.Value:F2}"))}");
    table.AddRow("  memory of a process", $"{string.Join(", ", size.Memory.Select(m => $"{m.Key} {m.Value / 1_000_000}"))} MB");
}

async Task Keeping(Tremplin.Cli.Machine.Platform platform, Api api)
{
    AnsiConsole.WriteLine("Cohorts of 20 are brought to their certificates ...");
    // The first ones fill the pages that every table begins with.
    await Sizes.Kept(platform, api, cohorts: 10, seats: 20, new(2027, 1, 15), from: 30_000_000);
    var kept = await Sizes.Kept(platform, api, cohorts: 150, seats: 20, new(2027, 2, 15), from: 31_000_000);
    table.AddRow("A learner with a certificate, one half-day: events, bytes of database", $"{kept.Events:F1}, {kept.Bytes:F0}");
    table.AddRow("  bytes of database per event", $"{kept.Bytes / kept.Events:F0}");
}

async Task Alone(Api api)
{
    AnsiConsole.WriteLine("One application at a time, on an idle machine ...");
    var alone = await Load.Alone(api, await Course.Open(api, cohorts: 25, seats: 20), applications: 200);
    table.AddRow("Idle: application visible with its seat, median / p95", $"{alone.Median:F1} / {alone.P95:F1} ms");
}

async Task Together(Tremplin.Cli.Machine.Platform platform, Api api)
{
    var course = await Course.Open(api, cohorts: (seconds + (int)Load.WarmUp.TotalSeconds) * 45, seats: 20, from: 1_000_000);
    AnsiConsole.WriteLine("Plain SQL limit ...");
    var plain = await PlainSql.TransactionsPerSecond(platform.Servers, clients: 32, TimeSpan.FromSeconds(seconds / 2.0));
    AnsiConsole.WriteLine("32 clients ...");
    var load = await Load.Together(api, course, clients: 32, TimeSpan.FromSeconds(seconds));
    table.AddRow("Plain SQL, 32 clients: transactions of two rows per second", $"{plain:F0}");
    table.AddRow("Platform, 32 clients: applications accepted per second", $"{load.AcceptedPerSecond:F0}");
    table.AddRow("Platform, 32 clients: applications with their seat per second", $"{load.SeatedPerSecond:F0}");
    table.AddRow("  as a share of plain SQL", $"{load.SeatedPerSecond / plain:P1}");
    table.AddRow("  answer of POST /applications, median / p95", $"{load.Median:F1} / {load.P95:F1} ms");
}

async Task Rushes(Tremplin.Cli.Machine.Platform platform, Api api)
{
    AnsiConsole.WriteLine("500 at once for 20 seats, twice; the second time Scheduling is killed in the middle ...");
    table.AddRow("500 at once for 20 seats: all final after", $"{await Rush.Seconds(platform, api, killed: false):F1} s");
    table.AddRow("  with Scheduling killed: all final after its restart, start-up included", $"{await Rush.Seconds(platform, api, killed: true):F1} s");
}

async Task TakeOvers(Tremplin.Cli.Machine.Platform platform)
{
    AnsiConsole.WriteLine("The leader is killed, the other replica takes over ...");
    foreach (var service in new[] { platform.Enrollment, platform.Scheduling, platform.Certification })
        table.AddRow($"{service[0].Service}: the other replica leads after", $"{await TakeOver.Seconds(service):F1} s");
}

async Task Ledger(Tremplin.Cli.Machine.Platform platform, Api api)
{
    const int Rounds = 4;
    AnsiConsole.WriteLine("32 clients, in turns without and with the ledger ...");
    var course = await Course.Open(api, cohorts: ((Rounds * 2 * seconds) + 20) * 45, seats: 20, from: 3_000_000);
    var (without, with) = await Ledgers.PerSecond(platform, api, course, Rounds, TimeSpan.FromSeconds(seconds));
    table.AddRow("32 clients: applications per second, without / with the ledger", $"{without:F0} / {with:F0} ({with / without:P0})");
}

async Task Reports(Tremplin.Cli.Machine.Platform platform, Api api)
{
    var events = args.Length > 2 && long.TryParse(args[2], CultureInfo.InvariantCulture, out var asked) ? asked : 1_000_000;
    var audits = new Audits(platform, events);
    AnsiConsole.WriteLine($"A store of {events} events is made ...");
    await audits.Fill(api);
    await audits.Build();
    var before = platform.Enrollment[0].ResidentBytes;
    foreach (var report in new[] { "funder", "bpf", "maturity" })
        table.AddRow($"GET /reports/{report} of {events} events", $"{await audits.Report($"reports/{report}"):F1} s");
    table.AddRow("  memory of Enrollment before / after them", $"{before / 1_000_000} / {platform.Enrollment[0].ResidentBytes / 1_000_000} MB");
}

async Task Audit(Tremplin.Cli.Machine.Platform platform, Api api)
{
    var events = args.Length > 2 && long.TryParse(args[2], CultureInfo.InvariantCulture, out var asked) ? asked : 2_000_000;
    var audits = new Audits(platform, events);
    AnsiConsole.WriteLine($"A store of {events} events is made ...");
    await audits.Fill(api);
    AnsiConsole.WriteLine("Its ledger is built from nothing ...");
    var built = await audits.Build();
    table.AddRow($"Audit of {built.Events} events: the ledger is built from nothing in", $"{built.Seconds:F0} s");
    foreach (var verb in new[] { "verify", "compare", "invariants", "reconcile" })
    {
        AnsiConsole.WriteLine($"audit {verb} ...");
        var run = await audits.Run(verb);
        // The copies are streams that no decision made: all but verify and reconcile find faults.
        table.AddRow($"  audit {verb} (exit code {run.Exit}), memory of the command", $"{run.Seconds:F0} s, {run.Peak / 1_000_000} MB");
    }

    var proof = await audits.Each("id", (auditor, id) => auditor.Get("enrollment", $"ledger/inclusion/{id}", CancellationToken.None));
    table.AddRow("  an inclusion proof, median / p95", $"{proof.Median:F1} / {proof.P95:F1} ms");
    var timeline = await audits.Each("correlation_id", (auditor, id) => Tremplin.Cli.Audit.Timeline.Of(auditor, id, CancellationToken.None));
    table.AddRow("  the timeline of a record, median / p95", $"{timeline.Median:F1} / {timeline.P95:F1} ms");
    table.AddRow("  memory of Enrollment after it", $"{platform.Enrollment[0].ResidentBytes / 1_000_000} MB");
}

async Task Restore(Tremplin.Cli.Machine.Platform platform, Api api)
{
    var events = args.Length > 2 && long.TryParse(args[2], CultureInfo.InvariantCulture, out var asked) ? asked : 1_000_000;
    var audits = new Audits(platform, events);
    AnsiConsole.WriteLine($"A store of {events} events is made ...");
    await audits.Fill(api);
    await audits.Build();
    // Nobody acts meanwhile: what is measured is the backup, and the restore after it.
    foreach (var service in platform.Services)
        await service.StopAsync();
    var restores = new Restores(platform);
    var backup = await restores.Backup();
    table.AddRow($"Backup of {backup.Events} events, each of them read and compared with its ledger", $"{backup.Seconds:F0} s, {backup.Bytes / 1_000_000} MB");
    var restore = await restores.Restore();
    table.AddRow("  restored: files compared with the manifest, loaded", $"{restore.Loaded:F0} s");
    table.AddRow($"  proven ({restore.Lines} lines, {restore.Different} different)", $"{restore.Proven:F0} s");
}

async Task Replay(Tremplin.Cli.Machine.Platform platform, Api api)
{
    const int Events = 100_000;
    await using var partner = await Replays.Of(platform, Course.Partner);
    var course = await Course.Open(api, cohorts: 250, seats: 200, from: 9_000_000);
    AnsiConsole.WriteLine($"{Events} events of one partner are made ...");
    var made = await partner.Run();
    for (var batch = Events / 16; made.Events < Events; made = await partner.Run())
        await Load.Applications(api, course, clients: 32, Math.Min(batch, ((Events - made.Events) / 4) + 1));
    table.AddRow("Replay: events once more, on an idle machine, after", $"{made.Events}: {made.Seconds:F1} s");
    foreach (var clients in new[] { 1, 32 })
    {
        AnsiConsole.WriteLine($"Replays beside {clients} clients that apply ...");
        const int Rounds = 4;
        double without = 0, with = 0;
        for (var round = 0; round < Rounds; round++)
        {
            without += await Load.PerSecond(api, course, clients, TimeSpan.FromSeconds(seconds)) / Rounds;
            // As long as the other; then the replay goes on alone.
            var live = 0.0;
            await partner.Run(async () => live = await Load.PerSecond(api, course, clients, TimeSpan.FromSeconds(seconds)));
            with += live / Rounds;
        }

        table.AddRow($"Replay beside {clients} clients: applications per second, without / with one", $"{without:F0} / {with:F0} ({(with / without) - 1:P0})");
    }
}

static async Task Measure(int replicas, Func<Tremplin.Cli.Machine.Platform, Api, Task> measure, bool simulatedClock = false)
{
    var folder = Directory.CreateTempSubdirectory("tremplin-bench-").FullName;
    await using var platform = await Tremplin.Cli.Machine.Platform.StartAsync(new(folder, replicas, simulatedClock), AnsiConsole.WriteLine);
    using var api = new Api(platform);
    await measure(platform, api);
}
