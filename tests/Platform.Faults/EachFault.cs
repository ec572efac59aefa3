using System.Globalization;

namespace Tremplin.Faults;

/// <summary>One fault after another under a steady load, and after each nothing is lost, doubled or out of order.</summary>
public sealed class EachFault(Scene scene)
{
    // What there is time for in each run of the tests: of each sort at least one.
    private static readonly string[] Usual =
    [
        "kill-leader-scheduling", "kill-every-service", "kill-leader-while-other-is-frozen", "freeze-leader-enrollment",
        "postgres-kill", "postgres-sessions-ended", "broker-kill", "broker-away", "both-servers-kill",
        "cut-scheduling-broker", "cut-enrollment-postgres", "silent-leader-scheduling-postgres", "silent-broker", "late-postgres",
        "postgres-disk-full", "postgres-no-connections", "postgres-lock", "broker-disk-alarm", "broker-full-queue",
        "clock-backward", "announcer-stopped", "poison",
    ];

    /// <summary>
    /// The faults, as many times as <c>FAULT_ROUNDS</c> says (once); those that <c>FAULT_KINDS</c> names, or <c>all</c>. Without
    /// either, those for which there is time in each run.
    /// </summary>
    public static TheoryData<string, int> Rounds()
    {
        var (rounds, names) = (Environment.GetEnvironmentVariable("FAULT_ROUNDS"), Environment.GetEnvironmentVariable("FAULT_KINDS"));
        IEnumerable<string> wanted = names switch
        {
            { Length: > 0 } and not "all" => names.Split(','),
            null or "" when rounds is null or "" => Usual.Where(name => Disk.Possible || name != "postgres-disk-full"),
            _ => Kind.All.Select(k => k.Name),
        };
        var data = new TheoryData<string, int>();
        foreach (var round in Enumerable.Range(1, rounds is { Length: > 0 } ? int.Parse(rounds, CultureInfo.InvariantCulture) : 1))
        {
            foreach (var name in wanted)
                data.Add(name, round);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rounds))]
    public async Task Nothing_is_lost_doubled_or_out_of_order(string fault, int round)
    {
        var kind = Kind.All.Single(k => k.Name == fault);
        var checks = await Checks.Begin(scene);
        var load = await Load.Begin(scene);
        var since = await kind.Do(scene);

        await load.Seated();
        var seated = since.Elapsed.TotalSeconds;
        await load.End();
        await checks.Hold(load, kind.Parks);
        await Results.Add(kind, seated, since.Elapsed.TotalSeconds);
        TestContext.Current.SendDiagnosticMessage($"{fault}, round {round}: seat {seated:F1} s, in order {since.Elapsed.TotalSeconds:F1} s, {load.Records.Count} people, {scene.Heard.Repeats} repeats");
    }
}
