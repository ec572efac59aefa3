using System.CommandLine;
using Spectre.Console;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit</c>: what auditors ask. The exit code is 0 when it holds, 1 when it does not, 2 when it could not be found out.</summary>
internal static class Audit
{
    /// <summary>Does it for each service, with a bar for people; what is told is the part that is done, from 0 to 1.</summary>
    public static async Task Progress(bool json, Func<string, Action<double>, Task> each)
    {
        if (json)
        {
            foreach (var service in Auditor.Services)
                await each(service, _ => { });
            return;
        }

        await AnsiConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async bars =>
            {
                foreach (var service in Auditor.Services)
                {
                    var bar = bars.AddTask(service, maxValue: 1);
                    await each(service, part => bar.Value = Math.Min(part, 1));
                    bar.Value = 1;
                }
            });
    }

    public static Command Verb()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        // A table in a file is for reading, too.
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 150;
        return new("audit", "Replays and proves what is stored.")
        {
            Timeline.Verb(json), State.Verb(json), Sample.Verb(json), Verify.Verb(json), Export.Verb(json), Check.Compare(json), Check.Invariants(json), Reconcile.Verb(json),
        };
    }
}
