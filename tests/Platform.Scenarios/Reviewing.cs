using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R22, R48: whoever may be somebody known is held until a coordinator has decided, and then goes on.</summary>
public sealed class Reviewing(OnePlatform one)
{
    private readonly int _number = Course.Stranger();

    [Fact]
    [Trait("Rule", "R22")]
    public async Task The_same_person_goes_on_as_the_learner_who_is_known_and_is_recognised_from_then_on()
    {
        await using var witness = await Witness.Of(one.Platform);
        var cohorts = await Cohorts(2);
        var known = Learner((await Apply("A", "Philomène", "Tournebroche", "philomene@first.example", cohorts[0])).Body);
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"records/{(await Records(known)).Single()}/withdraw", new { reason = "Dates" });

        var held = await Apply("B", "Philomène", "Tournebroche", "philomene@second.example", cohorts[1], "course-two");
        held.Status.Should().Be(HttpStatusCode.Accepted);
        var id = held.Body.GetProperty("reviewId").GetGuid();
        var events = await Events();
        (await Apply("B", "PHILOMENE", "Tournebroche", "philomene@second.example", cohorts[1], "course-two")).Body.ToString().Should().Be(held.Body.ToString());
        (await Events()).Should().Be(events, "sent again it appends nothing");

        var queued = (await Api.Send(one.Api.Enrollment, HttpMethod.Get, "applications/reviews?take=1000")).EnumerateArray().Single(r => r.GetProperty("id").GetGuid() == id);
        queued.GetProperty("candidates")[0].GetProperty("why").GetString().Should().Be("SameOrganisation");
        queued.ToString().Should().NotContain("Tournebroche");
        var people = await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"applications/reviews/{id}/people");
        people.ToString().Should().ContainAll("philomene@first.example", "philomene@second.example");
        (await Types(known)).Should().Contain("learner.read.v1", "whoever looks is recorded");

        var settled = await Decide(id, "same-person", new { learnerId = known });
        settled.GetProperty("state").GetString().Should().Be("Settled");
        (Learner(await Record(settled.GetProperty("recordId").GetGuid()))).Should().Be(known);
        (await one.Platform.Sql("keys", $"SELECT count(*) FROM learner_keys k JOIN (SELECT '{await KeyOf(id)}'::uuid AS id) h ON k.learner_id = h.id"))[0][0].Should().Be(0L, "the held key is destroyed");
        (await Decide(id, "same-person", new { learnerId = known })).ToString().Should().Be(settled.ToString());
        using (var other = await one.Api.Enrollment.PostAsync($"applications/reviews/{id}/another-person", null))
            other.StatusCode.Should().Be(HttpStatusCode.Conflict);

        var again = await Apply("B", "Philomène", "Tournebroche", "philomene@second.example", cohorts[1], "course-two");
        (again.Status, again.Body.GetProperty("id").GetGuid()).Should().Be((HttpStatusCode.OK, settled.GetProperty("recordId").GetGuid()));
        await Nobody_stands_in_clear(await witness.Seen());
    }

    [Fact]
    [Trait("Rule", "R48")]
    public async Task Another_person_becomes_a_learner_of_their_own_though_names_and_address_are_the_same()
    {
        var cohorts = await Cohorts(2);
        var (first, last, email) = ("Anselme", $"Chantepie-{_number}", $"famille{_number}@first.example");
        var father = Learner((await Apply("A", first, last, email, cohorts[0], born: "1961-02-03")).Body);
        var held = await Apply("B", first, last, email, cohorts[0], born: "1990-08-09");
        var settled = await Decide(held.Body.GetProperty("reviewId").GetGuid(), "another-person");
        var son = Learner(await Record(settled.GetProperty("recordId").GetGuid()));
        son.Should().NotBe(father);

        (Learner((await Apply("C", first, last, email, cohorts[1], "course-two", "1990-08-09")).Body)).Should().Be(son, "the birth date tells");
        (Learner((await Apply("D", first, last, email, cohorts[1], "course-two", "1961-02-03")).Body)).Should().Be(father);
        (await Apply("E", first, last, email, cohorts[1], "course-two")).Status.Should().Be(HttpStatusCode.Accepted, "without one it may be either");
        (await Apply("F", "Sidonie", "Chantepie", email, cohorts[0])).Status.Should().Be(HttpStatusCode.Created, "a shared mailbox is nobody's");
    }

    [Fact]
    public async Task What_was_decided_is_carried_on_by_the_leader_and_what_is_withdrawn_leads_nowhere()
    {
        var cohort = (await Cohorts(1))[0];
        var (first, last) = ("Ludivine", $"Brisemiche-{_number}");
        await Apply("A", first, last, $"ludivine{_number}@first.example", cohort);
        var held = (await Apply("B", first, last, "ludivine@second.example", cohort)).Body.GetProperty("reviewId").GetGuid();
        await one.Platform.Sql("enrollment", "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON enrollment.mt_events FOR EACH ROW WHEN (NEW.type = 'training-record.application-submitted.v1') EXECUTE FUNCTION refuse()");
        try
        {
            using var answer = await one.Api.Enrollment.PostAsync($"applications/reviews/{held}/another-person", null);
            answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            (await Types(held)).Should().EndWith("review.decided.v1");
        }
        finally
        {
            await one.Platform.Sql("enrollment", "DROP TRIGGER refuse ON enrollment.mt_events; DROP FUNCTION refuse()");
        }

        await Story.Until(async () => (await Types(held))[^1] == "review.application-entered.v1", "the leader carries it on");
        var other = (await Apply("C", first, last, "ludivine@third.example", cohort)).Body.GetProperty("reviewId").GetGuid();
        (await Decide(other, "withdraw")).GetProperty("code").GetString().Should().Be("withdrawn");
        (await Apply("C", first, last, "ludivine@third.example", cohort)).Status.Should().Be(HttpStatusCode.UnprocessableEntity);
    }

    private async Task<IReadOnlyList<Guid>> Cohorts(int programmes)
    {
        var cohorts = new List<Guid>();
        foreach (var programme in ((string[])["course", "course-two"])[..programmes])
            cohorts.AddRange((await Course.Open(one.Api, cohorts: 1, seats: 5, programme: programme)).Cohorts);
        return cohorts;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Apply(
        string reference, string first, string last, string email, Guid cohort, string programme = "course", string? born = null)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, _number, programme), JsonSerializerOptions.Web)!;
        form["applicationRef"] = $"{reference}-{_number}";
        form["person"] = JsonSerializer.SerializeToNode(new { firstName = first, lastName = last, email, birthDate = born }, JsonSerializerOptions.Web);
        using var answer = await one.Api.Enrollment.PostAsJsonAsync("applications", form);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private Task<JsonElement> Decide(Guid review, string verdict, object? body = null) =>
        Api.Send(one.Api.Enrollment, HttpMethod.Post, $"applications/reviews/{review}/{verdict}", body);

    private Task<JsonElement> Record(Guid id) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{id}");

    private static Guid Learner(JsonElement record) => record.GetProperty("learnerId").GetGuid();

    private async Task<List<Guid>> Records(Guid learner) =>
        [.. (await one.Platform.Sql("enrollment", $"SELECT id FROM enrollment.mt_doc_trainingrecord WHERE data -> 'application' ->> 'learnerId' = '{learner}'")).Select(r => (Guid)r[0])];

    private async Task<string> KeyOf(Guid review) =>
        (string)(await one.Platform.Sql("enrollment", $"SELECT data -> 'held' ->> 'keyId' FROM enrollment.mt_doc_review WHERE id = '{review}'"))[0][0];

    private async Task<List<string>> Types(Guid stream) =>
        [.. (await one.Platform.Sql("enrollment", $"SELECT type FROM enrollment.mt_events WHERE stream_id = '{stream}' ORDER BY version")).Select(r => (string)r[0])];

    // What learners are told follows a moment later.
    private async Task<long> Events() => (long)(await one.Platform.Sql("enrollment", "SELECT count(*) FROM enrollment.mt_events WHERE type NOT LIKE 'notification.%'"))[0][0];

    private async Task Nobody_stands_in_clear(Dictionary<Guid, (int Times, string Body)> messages)
    {
        var texts = await one.Platform.Texts();
        texts.AddRange(messages.Values.Select(m => ("a message", m.Body)));
        string[] words = ["Philomène", "Tournebroche", "philomene@"];
        texts.Where(t => words.Any(w => t.Text.Contains(w, StringComparison.OrdinalIgnoreCase))).Select(t => t.Where).Should().BeEmpty();
    }
}
