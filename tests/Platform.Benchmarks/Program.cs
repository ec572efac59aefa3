using Spectre.Console;
using Tremplin.Cli.Demo;
using Tremplin.Platform.Benchmarks;

// Figures, never assertions: a limit and the platform, side by side in one run on one machine.
var seconds = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 20;
var folder = Directory.CreateTempSubdirectory("tremplin-bench-").FullName;
await using var platform = await Tremplin.Cli.Machine.Platform.StartAsync(new(folder), AnsiConsole.WriteLine);
using var api = new Api(platform);
var course = await Course.Open(api, cohorts: seconds * 60, seats: 20);

AnsiConsole.WriteLine("Plain SQL limit ...");
var plain = await PlainSql.TransactionsPerSecond(platform.Servers, clients: 32, TimeSpan.FromSeconds(seconds / 2));
AnsiConsole.WriteLine("One application at a time, on an idle machine ...");
var alone = await Load.Alone(api, course, applications: 200);
AnsiConsole.WriteLine("32 clients ...");
var load = await Load.Together(api, course, clients: 32, TimeSpan.FromSeconds(seconds));

var table = new Table().Border(TableBorder.Rounded).AddColumn("Figure").AddColumn(new TableColumn("Value").RightAligned());
table.AddRow("Plain SQL, 32 clients: transactions of two rows per second", $"{plain:F0}");
table.AddRow("Platform, 32 clients: applications accepted per second", $"{load.AcceptedPerSecond:F0}");
table.AddRow("Platform, 32 clients: applications with their seat per second", $"{load.SeatedPerSecond:F0}");
table.AddRow("  as a share of plain SQL", $"{load.SeatedPerSecond / plain:P1}");
table.AddRow("  answer of POST /applications, median / p95", $"{load.Median:F1} / {load.P95:F1} ms");
table.AddRow("Idle: application visible with its seat, median / p95", $"{alone.Median:F1} / {alone.P95:F1} ms");
table.AddRow("Memory of the services after it", $"{platform.Services.Sum(s => s.ResidentBytes) / 1_000_000} MB");
AnsiConsole.Write(table);
