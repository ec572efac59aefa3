using System.CommandLine;
using System.Text.Json;
using Tremplin.Ledger;

namespace Tremplin.Cli.Audit;

/// <summary><c>audit sample</c>: training records drawn by a seed, for whoever looks at some one by one.</summary>
internal static class Sample
{
    public static Command Verb(Option<bool> json)
    {
        var seed = new Option<string>("--seed") { Description = "Any words. The same draw the same records, in the same order as export does.", Required = true };
        var take = new Option<int>("--take") { Description = "How many.", DefaultValueFactory = _ => 25 };
        var programme = new Option<string?>("--programme") { Description = "Only records of this programme." };
        var partner = new Option<string?>("--partner") { Description = "Only records that this partner applied for." };
        var verb = new Command("sample", "Draws training records, one id a line: for timeline, state and export --record.") { seed, take, programme, partner, json };
        verb.SetAction(async (parsed, stop) =>
        {
            using var auditor = Auditor.OfHome();
            var asked = new Scope("", null, parsed.GetValue(programme), parsed.GetValue(partner), null, null, parsed.GetValue(take), parsed.GetValue(seed));
            var drawn = (await Export.Population(auditor, asked, stop)).Take(parsed.GetValue(take)).ToList();
            if (drawn.Count == 0)
                throw new InvalidOperationException("No record is in scope.");
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(drawn, JsonSerializerOptions.Web));
            else
                drawn.ForEach(id => Console.WriteLine(id));
            return 0;
        });
        return verb;
    }
}
