using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Demo;

/// <summary><c>demo</c>: plays a season on a platform of its own and shows what came of it.</summary>
internal static class Demo
{
    public static Command Verb()
    {
        var once = new Option<bool>("--once") { Description = "Ends by itself; otherwise the platform stays up until Ctrl-C." };
        var verb = new Command("demo", "Carries the sample from applications to certificates, on a platform that is gone afterwards.") { once };
        verb.SetAction((parsed, stop) => RunAsync(parsed.GetValue(once), stop));
        return verb;
    }

    private static async Task<int> RunAsync(bool once, CancellationToken stop)
    {
        await using var stage = await Stage.SetAsync(AnsiConsole.WriteLine, stop);
        using var api = new Api(stage.Client);
        Play? play = null;
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                play = new Play(stage.TellTime, api, progress);
                await play.Run();
            });
        var summary = new Table().Border(TableBorder.Rounded).AddColumn("What").AddColumn(new TableColumn("How many").RightAligned());
        foreach (var (what, value) in play!.Figures)
            summary.AddRow(Markup.Escape(what), Markup.Escape(value));
        summary.AddRow("Memory of the services", await stage.Memory());
        AnsiConsole.Write(summary);
        await FunderTable.Show(stage, api);
        await Story(stage, api, staysUp: !once);
        if (once)
            return 0;
        AnsiConsole.WriteLine("The platform stays up. Ctrl-C ends it and leaves nothing behind.");
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return 0;
    }

    private static async Task Story(Stage stage, Api api, bool staysUp)
    {
        // Somebody who was promoted and certified has the longest way to tell.
        var completed = await api.Records("Completed");
        JsonElement record = default, history = default;
        foreach (var candidate in completed)
        {
            (record, history) = (candidate, await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{candidate.GetProperty("id")}/history"));
            if (history.EnumerateArray().Any(e => e.GetProperty("type").GetString()!.Contains("seat-offered", StringComparison.Ordinal)))
                break;
        }

        if (record.ValueKind == JsonValueKind.Undefined)
            return;
        var table = new Table().Border(TableBorder.Rounded).Title("One training record, from application to certificate")
            .AddColumns("Version", "Occurred (UTC)", "What", "By");
        foreach (var e in history.EnumerateArray())
        {
            table.AddRow(
                e.GetProperty("version").ToString(), e.GetProperty("occurredAt").GetDateTimeOffset().ToString("u", null),
                e.GetProperty("type").GetString()!["training-record.".Length..^3], e.GetProperty("actor").GetString()!);
        }

        AnsiConsole.Write(table);
        Line($"Its history:      curl -H \"Authorization: Bearer $({stage.Token})\" {new Uri(stage.Address("Enrollment"), $"records/{record.GetProperty("id")}/history")}");
        Line($"Its seat ledger:  curl -H \"Authorization: Bearer $({stage.Token})\" {new Uri(stage.Address("Scheduling"), $"cohorts/{record.GetProperty("cohortId")}/ledger")}");
        Line($"Its certificate:  {new Uri(stage.Address("Portal"), $"certificates/{record.GetProperty("certificateId")}")}  (open to everybody)");
        if (staysUp)
        {
            Line($"Its picture:      {new Uri(stage.Address("Portal"), $"audit/records/{record.GetProperty("id")}")}  (sign in as auditor; the secret is in the file below)");
            Line($"                  {stage.ClientsFile}");
        }

        static void Line(string text) => AnsiConsole.Console.Profile.Out.Writer.WriteLine(text);
    }
}
