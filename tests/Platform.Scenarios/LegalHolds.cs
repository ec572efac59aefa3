using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>Who was trained at a funder's expense is not erased before its legal hold ends: until then nobody is shown who it is.</summary>
public sealed class LegalHolds
{
    private static readonly string[] Words = ["Théophraste", "Longuebarbe", "longuebarbe@conservation.example"];
    private static readonly DateOnly Held = new(2026, 11, 24);
    private static readonly Dictionary<string, string> Funded = new(StringComparer.Ordinal)
    {
        ["LegalHold__Programmes"] = "course=region-bretagne other=fse",
        ["LegalHold__Years"] = "region-bretagne=1",
    };

    /// <summary>Two replicas, a platform of its own: a year passes.</summary>
    [Fact]
    [Trait("Rule", "R46"), Trait("Rule", "R49")]
    public async Task An_erasure_waits_for_the_day_and_happens_on_it()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 2, Funded);
        await using var ends = platform;
        using var also = api;
        using var second = platform.Client("Enrollment", "platform", replica: 1);
        using var auditor = platform.Client("Enrollment", "auditor", replica: 1);
        var cohort = (await Course.Open(api, cohorts: 1, seats: 3, Held)).Cohorts[0];
        var (record, other) = (await Apply(cohort, Words[0], "first"), await Apply(cohort, "Eustochie", "other"));
        await api.Answered(cohort, 2);
        var (learner, alias) = (await Learner(record), await Learner(other));
        await Trained(record);
        platform.SetClock(new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));
        var certificate = (await Record(record)).GetProperty("certificateId").GetGuid();
        (await Page(certificate)).Should().Contain("T. L.");
        // Who did not come was not trained; merged, the person is held under both ids.
        await Story.Until(async () => (await Record(other)).GetProperty("state").GetString() == "NotCompleted", "the other has ended");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"learners/{alias}/merge", new { into = learner, ground = "LearnerSaidSo" });

        var asked = await Task.WhenAll(Erase(api.Enrollment, learner), Erase(second, alias));
        asked.Should().AllSatisfy(a => a.GetProperty("says").GetString().Should().Be("restricted until 2027-11-24"));
        (await Types(learner)).Should().Equal("learner.registered.v1", "learner.alias-added.v1", "learner.erasure-requested.v1", "learner.restricted.v1");
        await Story.Until(async () => (await Types(alias))[^1] == "learner.restricted.v1", "the alias is restricted as well");
        foreach (var id in new[] { learner, alias })
        {
            var shown = await Api.Send(auditor, HttpMethod.Get, $"learners/{id}?purpose=Audit");
            shown.ToString().Should().NotContainAny(Words).And.Contain("2027-11-24");
        }

        (await Page(certificate)).Should().Contain("Name erased").And.NotContain("T. L.");
        (await Keys()).Should().Equal(true, true);
        using (var refused = await Send(cohort, Words[0], "again"))
            (refused.StatusCode, await refused.Content.ReadAsStringAsync()).Should().Match<(HttpStatusCode Status, string Body)>(a => a.Status == HttpStatusCode.UnprocessableEntity && a.Body.Contains("learner-restricted"));
        foreach (var (path, body) in new (string, object?)[] { ($"learners/{alias}/unmerge", null), ($"learners/{learner}/merge", new { into = alias, ground = "LearnerSaidSo" }) })
        {
            using var refused = await api.Enrollment.PostAsJsonAsync(path, body);
            refused.StatusCode.Should().Be(HttpStatusCode.Conflict);
        }

        platform.SetClock(new(2027, 11, 23, 23, 59, 0, TimeSpan.Zero));
        (await Erase(second, learner)).GetProperty("erased").GetBoolean().Should().BeFalse("it is the last day");
        platform.SetClock(new(2027, 11, 24, 0, 0, 1, TimeSpan.Zero));
        await Story.Until(async () => (await Keys()).Count == 0, "both keys are destroyed");
        foreach (var id in new[] { learner, alias })
        {
            (await Types(id)).Count(t => t == "learner.erased.v1").Should().Be(1);
            var shown = await Api.Send(auditor, HttpMethod.Get, $"learners/{id}?purpose=Audit");
            (shown.GetProperty("erased").GetBoolean(), shown.GetProperty("reason").GetString()).Should().Be((true, "OnRequest"));
        }

        async Task Trained(Guid present)
        {
            var session = Course.SessionOf(cohort);
            platform.SetClock(new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = present });
            platform.SetClock(new(2026, 11, 24, 11, 31, 0, TimeSpan.Zero));
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
            await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
            await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
            await Story.Until(async () => (await Record(present)).GetProperty("state").GetString() == "Completed", "the record is completed");
        }

        async Task<HttpResponseMessage> Send(Guid to, string name, string reference)
        {
            var form = JsonSerializer.SerializeToNode(Course.Application(to, Course.Stranger()), JsonSerializerOptions.Web)!;
            form["applicationRef"] = reference;
            form["person"] = JsonSerializer.SerializeToNode(new { firstName = name, lastName = Words[1], email = name == Words[0] ? Words[2] : "autre@conservation.example" }, JsonSerializerOptions.Web);
            return await api.Enrollment.PostAsJsonAsync("applications", form);
        }

        async Task<Guid> Apply(Guid to, string name, string reference)
        {
            using var answer = await Send(to, name, reference);
            return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        }

        Task<JsonElement> Record(Guid id) => Api.Send(api.Enrollment, HttpMethod.Get, $"records/{id}");

        async Task<Guid> Learner(Guid of) => (await Record(of)).GetProperty("learnerId").GetGuid();

        Task<JsonElement> Erase(HttpClient door, Guid id) => Api.Send(door, HttpMethod.Delete, $"learners/{id}?reason=OnRequest");

        async Task<string> Page(Guid id)
        {
            using var anybody = new HttpClient { BaseAddress = platform.Portal.Url };
            return await anybody.GetStringAsync($"certificates/{id}?format=html&lang=en");
        }

        async Task<List<string>> Types(Guid stream) =>
            [.. (await platform.Sql("enrollment", $"SELECT type FROM enrollment.mt_events WHERE stream_id = '{stream}' ORDER BY version")).Select(r => (string)r[0])];

        async Task<List<bool>> Keys() =>
            [.. (await platform.Sql("keys", $"SELECT withheld FROM learner_keys WHERE learner_id IN ('{learner}', '{alias}')")).Select(r => (bool)r[0])];
    }
}
