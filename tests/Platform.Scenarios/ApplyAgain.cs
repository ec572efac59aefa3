using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>Somebody whose training ended applies again: a new cycle; what is only sent again opens none.</summary>
public sealed class ApplyAgain(OnePlatform one)
{
    private static readonly DateTimeOffset Later = OnePlatform.Start.AddDays(10);

    [Fact]
    [Trait("Rule", "R15")]
    public async Task A_new_application_after_the_end_opens_the_next_cycle_and_leaves_the_first_alone()
    {
        var (person, cohorts) = (Course.Stranger(), await Cohorts(2));
        var first = await Send(Form(cohorts[0], person));
        await one.Api.Answered(cohorts[0], 1);
        await Withdraw(first);
        var history = await History(first);
        (await Send(Form(cohorts[1], person))).Should().Be(first, "R16: the first outcome, also after the end");
        (await Send(Form(cohorts[1], person, "again"))).Should().Be(first, "it is dated before the end");
        try
        {
            one.Platform.SetClock(Later);
            var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Send(Form(cohorts[1], person, "again", "2026-11-03"))));
            var second = both.Distinct().Should().ContainSingle("R14: two at once are one record").Subject;
            second.Should().NotBe(first);
            await one.Api.Answered(cohorts[1], 1);
            var record = await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{second}");
            record.GetProperty("cycle").GetInt32().Should().Be(2);
            record.GetProperty("state").GetString().Should().Be("Confirmed");
            record.GetProperty("learnerId").GetGuid().Should().Be(
                (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{first}")).GetProperty("learnerId").GetGuid());
            (await Send(Form(cohorts[0], person))).Should().Be(first, "a repeat of the first application has the first outcome");
            (await Send(Form(cohorts[1], person, "once-more", "2026-11-04"))).Should().Be(second, "R14: while it lives everything belongs to it");
            (await History(first)).Should().Be(history, "the first cycle is untouched");
        }
        finally
        {
            one.Platform.SetClock(OnePlatform.Start);
        }
    }

    [Fact]
    [Trait("Rule", "R22")]
    public async Task The_same_file_again_opens_no_cycle_and_does_not_undo_a_withdrawal()
    {
        var (person, programme) = (Course.Stranger(), "course");
        await Cohorts(1);
        var file = "partner,application_ref,organisation_ref,first_name,last_name,email,role,programme,applied_on\n"
            + string.Concat(((string[])["A", "B"]).Select(kind =>
                $"{Course.Partner},{kind}{person},{Course.Organisation},Camille,Durand-{person},camille.durand{person}@atelier.example,volunteer,{programme},2026-10-01\n"));
        var record = (await Import(file))[0].GetProperty("id").GetGuid();
        await Withdraw(record);
        var history = await History(record);
        try
        {
            one.Platform.SetClock(Later);
            (await Import(file)).Select(r => (r.GetProperty("outcome").GetString(), r.GetProperty("id").GetGuid(), r.GetProperty("state").GetString()))
                .Should().Equal(Enumerable.Repeat(("AlreadyKnown", record, "Withdrawn"), 2)!);
            (await History(record)).Should().Be(history);
        }
        finally
        {
            one.Platform.SetClock(OnePlatform.Start);
        }
    }

    private async Task<IReadOnlyList<Guid>> Cohorts(int cohorts) => (await Course.Open(one.Api, cohorts, seats: 2)).Cohorts;

    private static JsonObject Form(Guid cohort, int person, string? reference = null, string? appliedOn = null)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, person), JsonSerializerOptions.Web)!.AsObject();
        form["applicationRef"] = reference is null ? form["applicationRef"]!.DeepClone() : $"{reference}-{person}";
        form["appliedOn"] = appliedOn ?? form["appliedOn"]!.GetValue<string>();
        return form;
    }

    private async Task<Guid> Send(JsonObject form) => (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();

    private async Task<JsonElement[]> Import(string file)
    {
        using var content = new StringContent(file, System.Text.Encoding.UTF8, "text/csv");
        using var answer = await one.Api.Enrollment.PostAsync("applications/import", content);
        return (await answer.Content.ReadFromJsonAsync<JsonElement[]>())!;
    }

    private Task<JsonElement> Withdraw(Guid record) => Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Dates" });

    private async Task<string> History(Guid record) => (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}/history")).ToString();
}
