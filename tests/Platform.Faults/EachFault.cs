using System.Globalization;

namespace Tremplin.Faults;

/// <summary>One fault after another under a steady load, and after each nothing is lost, doubled or out of order.</summary>
public sealed class EachFault(Scene scene)
{
    /// <summary>The faults, as many times as <c>FAULT_ROUNDS</c> says (once); those that <c>FAULT_KINDS</c> names (all).</summary>
    public static TheoryData<string, int> Rounds()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("FAULT_ROUNDS") is { Length: > 0 } set ? set : "1", CultureInfo.InvariantCulture);
        var wanted = Environment.GetEnvironmentVariable("FAULT_KINDS") is { Length: > 0 } names ? names.Split(',') : [.. Kind.All.Select(k => k.Name)];
        var data = new TheoryData<string, int>();
        foreach (var round in Enumerable.Range(1, rounds))
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
