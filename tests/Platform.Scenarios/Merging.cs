using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R46, R47, R49: two learners turn out to be one person, and then two people after all.</summary>
public sealed class Merging(OnePlatform one)
{
    private static readonly DateTimeOffset Later = OnePlatform.Start.AddDays(10);

    private readonly int _number = Course.Stranger();

    [Fact]
    [Trait("Rule", "R46"), Trait("Rule", "R47"), Trait("Rule", "R5"), Trait("Rule", "R13")]
    public async Task The_seat_of_a_duplicate_goes_to_the_next_and_both_are_there_again_when_it_is_undone()
    {
        // One seat and a queue: the same person first and third, somebody else second and fourth; and a seat of the first elsewhere.
        var (cohort, other) = (await Open(seats: 1), await Open(seats: 1));
        var earlier = await Seated(other, "Apolline");
        one.Platform.SetClock(OnePlatform.Start.AddMinutes(1));
        var seat = await Seated(cohort, "Appoline-Marie");
        var next = await Waiting(cohort, "Barnabé");
        var last = await Waiting(cohort, "Célestin");
        one.Platform.SetClock(OnePlatform.Start);
        var (stays, alias) = (await Learner(earlier), await Learner(seat));
        var before = await History(alias);

        var merged = await Merge(alias, stays);
        merged.GetProperty("survivor").GetGuid().Should().Be(stays);
        (await State(seat)).Should().Be("Duplicate");
        (await State(earlier)).Should().Be("Confirmed", "its seat was given first");
        await Story.Until(async () => await State(next) == "SeatOffered", "the seat is offered to the next in the queue");
        (await State(last)).Should().Be("Waitlisted", "one seat is one offer");
        (await Merge(alias, stays)).ToString().Should().Be(merged.ToString());
        (await Types(seat)).Count(t => t == "training-record.closed-as-duplicate.v1").Should().Be(1);
        (await Record(earlier)).GetProperty("duplicates")[0].GetProperty("recordId").GetGuid().Should().Be(seat);

        // Whoever asks for the alias is shown the learner who stays, and all that is theirs.
        (await Read(alias)).GetProperty("id").GetGuid().Should().Be(stays);
        (await Read(stays)).GetProperty("aliases").EnumerateArray().Select(a => a.GetGuid()).Should().Equal(alias);
        (await Records(alias)).Should().BeEquivalentTo([earlier, seat]);
        (await Record(seat)).GetProperty("learnerId").GetGuid().Should().Be(stays);
        (await Record(seat)).GetProperty("appliedAs").GetGuid().Should().Be(alias);
        (await History(alias)).Should().StartWith(before, "no stream is rewritten");

        // An application under the other name is theirs too: it belongs to the record that lives.
        (await Apply(cohort, "Appoline-Marie", "again")).Should().Be(earlier);
        (await Import(cohort, "Appoline-Marie")).Should().Be(earlier);

        var parted = await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"learners/{alias}/unmerge");
        parted.GetProperty("survivor").GetGuid().Should().Be(alias);
        (await Read(alias)).GetProperty("firstName").GetString().Should().Be("Appoline-Marie");
        (await Read(stays)).GetProperty("aliases").GetArrayLength().Should().Be(0);
        ((await Records(alias)).Single(), (await Records(stays)).Single()).Should().Be((seat, earlier));
        (await State(seat)).Should().Be("Duplicate", "what was closed is not brought back by itself");
        try
        {
            one.Platform.SetClock(Later);
            var again = await Apply(await Open(seats: 1), "Appoline-Marie", "after", "2026-11-04");
            again.Should().NotBe(seat);
            (await Record(again)).GetProperty("cycle").GetInt32().Should().Be(2, "R15: the person applies again");
            (await Record(again)).GetProperty("learnerId").GetGuid().Should().Be(alias);
        }
        finally
        {
            one.Platform.SetClock(OnePlatform.Start);
        }
    }

    [Fact]
    [Trait("Rule", "R49")]
    public async Task Whoever_is_merged_or_erased_at_once_leads_to_one_survivor_or_is_gone()
    {
        var cohort = await Open(seats: 20);
        for (var round = 0; round < 5; round++)
        {
            var (a, b) = (await Learner(await Seated(cohort, $"Ghislain{(char)('a' + round)}")), await Learner(await Seated(cohort, $"Hortense{(char)('a' + round)}")));
            var statuses = await Task.WhenAll(Try(a, b), Try(b, a));
            statuses.Should().BeEquivalentTo([HttpStatusCode.OK, HttpStatusCode.Conflict], "one of them wins");
            var survivor = (await Read(a)).GetProperty("id").GetGuid();
            survivor.Should().Be((await Read(b)).GetProperty("id").GetGuid());
            (await Merged()).Should().Be(await Aliases(), "both streams say it, or none");
            foreach (var record in await Records(a))
            {
                if (await State(record) != "Duplicate")
                    await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Other" });
            }

            // A merge and an erasure at once: whoever is erased is so under every id, and nobody is merged into whom is gone.
            var third = await Learner(await Seated(cohort, $"Isidore{(char)('a' + round)}"));
            await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{(await Records(third)).Single()}/withdraw", new { reason = "Other" });
            await Task.WhenAll(Try(third, survivor), Erase(survivor));
            if (!await Gone(survivor))
                (await Erase(survivor)).Should().Be(HttpStatusCode.OK);
            await Story.Until(async () => await Gone(a) && await Gone(b), "whoever is erased is erased under every id");
            var came = (await Types(third)).Contains("learner.merged.v1");
            (await Gone(third)).Should().Be(came);
            (await Try(third, survivor)).Should().Be(came ? HttpStatusCode.OK : HttpStatusCode.Conflict, "what was done is done, and nothing new is");
            (await Unmerge(survivor == a ? b : a)).Should().Be(HttpStatusCode.Conflict);
        }

        async Task<int> Merged() => (await one.Platform.Sql("enrollment", "SELECT FROM enrollment.mt_events WHERE type = 'learner.merged.v1'")).Count;
        async Task<int> Aliases() => (await one.Platform.Sql("enrollment", "SELECT FROM enrollment.mt_events WHERE type = 'learner.alias-added.v1'")).Count;
    }

    private async Task<Guid> Open(int seats) => (await Course.Open(one.Api, cohorts: 1, seats)).Cohorts[0];

    private async Task<Guid> Seated(Guid cohort, string name) => await In(cohort, name, "Confirmed");

    private async Task<Guid> Waiting(Guid cohort, string name) => await In(cohort, name, "Waitlisted");

    private async Task<Guid> In(Guid cohort, string name, string state)
    {
        var record = await Apply(cohort, name, "first");
        await Story.Until(async () => await State(record) == state, $"{name} is {state}");
        return record;
    }

    private async Task<Guid> Apply(Guid cohort, string name, string reference, string? appliedOn = null)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, _number), JsonSerializerOptions.Web)!;
        form["applicationRef"] = $"{reference}-{name}-{_number}";
        form["appliedOn"] = appliedOn ?? form["appliedOn"]!.GetValue<string>();
        form["person"] = JsonSerializer.SerializeToNode(new { firstName = name, lastName = $"Fusion-{_number}", email = Address(name) }, JsonSerializerOptions.Web);
        return (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();
    }

    private async Task<Guid> Import(Guid cohort, string name)
    {
        using var content = new StringContent(
            "partner,application_ref,organisation_ref,first_name,last_name,email,role,programme,applied_on\n"
            + $"{Course.Partner},import-{name}-{_number},{Course.Organisation},{name},Fusion-{_number},{Address(name)},volunteer,course,2026-10-01\n", System.Text.Encoding.UTF8, "text/csv");
        using var answer = await one.Api.Enrollment.PostAsync("applications/import", content);
        var row = (await answer.Content.ReadFromJsonAsync<JsonElement[]>())!.Single();
        row.GetProperty("outcome").GetString().Should().Be("AlreadyKnown", $"there is nothing new in cohort {cohort}");
        return row.GetProperty("id").GetGuid();
    }

    private string Address(string name) => $"{name.ToLowerInvariant().Normalize(System.Text.NormalizationForm.FormC).Replace('é', 'e')}{_number}@fusion.example";

    private Task<JsonElement> Merge(Guid learner, Guid into) =>
        Api.Send(one.Api.Enrollment, HttpMethod.Post, $"learners/{learner}/merge", new { into, ground = "DocumentSeen" });

    private Task<HttpStatusCode> Try(Guid learner, Guid into) => Status(one.Api.Enrollment.PostAsJsonAsync($"learners/{learner}/merge", new { into, ground = "DocumentSeen" }));

    private Task<HttpStatusCode> Unmerge(Guid learner) => Status(one.Api.Enrollment.PostAsync($"learners/{learner}/unmerge", null));

    private Task<HttpStatusCode> Erase(Guid learner) => Status(one.Api.Enrollment.DeleteAsync($"learners/{learner}?reason=OnRequest"));

    private static async Task<HttpStatusCode> Status(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        return answer.StatusCode;
    }

    private async Task<bool> Gone(Guid learner) =>
        (await Types(learner)).Contains("learner.erased.v1") && (await one.Platform.Sql("keys", $"SELECT FROM learner_keys WHERE learner_id = '{learner}'")).Count == 0;

    private Task<JsonElement> Read(Guid learner) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"learners/{learner}?purpose=Application");

    private Task<JsonElement> Record(Guid record) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}");

    private async Task<string> State(Guid record) => (await Record(record)).GetProperty("state").GetString()!;

    private async Task<Guid> Learner(Guid record) => (await Record(record)).GetProperty("learnerId").GetGuid();

    private async Task<List<Guid>> Records(Guid learner) =>
        [.. (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records?learner={learner}")).EnumerateArray().Select(r => r.GetProperty("id").GetGuid())];

    private async Task<List<string>> Types(Guid stream) =>
        [.. (await one.Platform.Sql("enrollment", $"SELECT type FROM enrollment.mt_events WHERE stream_id = '{stream}' ORDER BY version")).Select(r => (string)r[0])];

    private async Task<string> History(Guid stream) => string.Concat(
        (await one.Platform.Sql("enrollment", $"SELECT id, seq_id, data::text FROM enrollment.mt_events WHERE stream_id = '{stream}' ORDER BY version")).Select(r => string.Join('|', r) + "\n"));
}
