using System.Net;
using System.Net.Http.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R32 and R33: hours that are put right after the certificate, and what the other services make of it.</summary>
public sealed class Corrections(OnePlatform one)
{
    private static readonly DateTimeOffset Day = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Rule", "R32"), Trait("Rule", "R33")]
    public async Task Corrected_hours_reach_the_record_and_the_certificate_which_another_supersedes_and_a_person_revokes()
    {
        var (api, scheduling) = (one.Api, one.Api.Scheduling);
        var cohort = (await Course.Open(api, cohorts: 1, seats: 1, on: new(2026, 11, 27))).Cohorts[0];
        var record = (await Api.Send(api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, Course.Stranger()))).GetProperty("id").GetGuid();
        await api.Answered(cohort, 1);
        var session = $"sessions/{Course.SessionOf(cohort)}";
        one.Platform.SetClock(Day);
        await Api.Send(scheduling, HttpMethod.Post, $"{session}/open-signing");
        await Api.Send(scheduling, HttpMethod.Post, $"{session}/marks", new { recordId = record, reason = "NoDevice" });
        one.Platform.SetClock(Day.AddHours(4));
        await Api.Send(scheduling, HttpMethod.Post, $"{session}/countersignature");
        await Api.Send(scheduling, HttpMethod.Post, $"{session}/seal");
        await Api.Send(scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => await State(record) == ("Completed", 210), "the record is completed");

        var first = await Certificate(record);

        // The next day the trainer alone: it is enough for the criteria, and not what the certificate says.
        one.Platform.SetClock(Day.AddDays(1));
        using var trainer = one.Platform.Client("Scheduling", "trainer");
        var early = new { recordId = record, attendance = new { evidence = "MarkedByTrainer", minutes = 180 }, reason = "LeftEarly", document = new { kind = "PaperSheet", reference = "sheet-27-11" } };
        await Api.Send(trainer, HttpMethod.Post, $"{session}/corrections", early);
        await Story.Until(async () => await State(record) == ("Completed", 180), "the record has the corrected hours");
        await Story.Until(async () => (await Filed(record)).Contains("completion-file.certificate-outdated.v1"), "the certificate is known to be out of date");
        await Story.Until(async () => await Certificate(record) != first, "another takes its place");
        using var anybody = new HttpClient { BaseAddress = one.Platform.Portal.Url };
        var second = await Certificate(record);
        (await Checked(first)).Should().Contain("\"superseded\"").And.Contain("hours-corrected").And.Contain($"{second}").And.Contain("210");
        (await Checked(second)).Should().Contain("\"valid\"").And.Contain("\"attendedMinutes\":180").And.Contain($"\"supersedes\":\"{first}\"");

        // Ten days later it takes two. Then the criteria fail, and a person is asked.
        one.Platform.SetClock(Day.AddDays(10));
        var nothing = new { evidence = "NotEvidenced", minutes = 0 };
        var late = new { recordId = record, attendance = nothing, reason = "SignedByMistake", document = new { kind = "Statement", reference = "statement-7" } };
        var proposed = await Api.Send(trainer, HttpMethod.Post, $"{session}/corrections", late);
        (proposed.GetProperty("counts").GetProperty("minutes").GetInt32(), proposed.GetProperty("proposed").GetProperty("by").GetString()).Should().Be((180, "trainer"));
        var approval = new { recordId = record, attendance = nothing };
        using (var alone = await trainer.PostAsJsonAsync($"{session}/corrections/approval", approval, TestContext.Current.CancellationToken))
            alone.StatusCode.Should().Be(HttpStatusCode.Conflict);
        using var coordinator = one.Platform.Client("Scheduling", "coordinator");
        (await Api.Send(coordinator, HttpMethod.Post, $"{session}/corrections/approval", approval)).GetProperty("corrections").GetInt32().Should().Be(2);
        await Story.Until(async () => await State(record) == ("Completed", 0), "the record has the hours that two agreed to");
        await Story.Until(async () => (await Filed(record)).Contains("completion-file.certificate-review-required.v1"), "a person is asked");
        (await Checked(second)).Should().Contain("\"valid\"", "nothing is revoked by itself");
        (await Api.Send(api.Certification, HttpMethod.Get, "completion-reviews")).ToString().Should().Contain($"{record}");
        await Api.Send(api.Certification, HttpMethod.Post, $"completion-files/{record}/review", new { outcome = "Revoke", legalBasis = "R33" });
        (await Checked(second)).Should().Contain("\"revoked\"").And.Contain("criteria-not-met").And.Contain("2026-12-07");
        (await Api.Send(api.Certification, HttpMethod.Get, "completion-reviews")).ToString().Should().NotContain($"{record}");
        await Story.Until(async () => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("certificateStanding").GetString() == "Revoked", "the record knows");
        one.Platform.SetClock(OnePlatform.Start);

        (await one.Platform.Sql("scheduling", $"""
            SELECT data ->> 'attendedMinutes' FROM scheduling.mt_events WHERE stream_id = '{Course.SessionOf(cohort)}' AND type = 'session.attendance-sealed.v1'
            """)).Should().ContainSingle("what was sealed stays").Which[0].Should().Be("210");
        (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}/history")).EnumerateArray().Select(e => e.GetProperty("type").GetString())
            .Where(type => type is "training-record.attendance-corrected.v1" or "training-record.certificate-changed.v1").Should().HaveCount(4, "the partner hears of both, and of what they led to");

        Task<string> Checked(Guid id) => anybody.GetStringAsync($"certificates/{id}?format=json", TestContext.Current.CancellationToken);
    }

    private async Task<Guid> Certificate(Guid record) => (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("certificateId").GetGuid();

    private async Task<(string?, int)> State(Guid record)
    {
        var now = await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}");
        return (now.GetProperty("state").GetString(), now.GetProperty("attendedMinutes").GetInt32());
    }

    private async Task<List<string?>> Filed(Guid record) =>
        [.. (await Api.Send(one.Api.Certification, HttpMethod.Get, $"completion-files/{record}")).GetProperty("history").EnumerateArray().Select(e => e.GetProperty("type").GetString())];
}
