using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>One training, through the three services, with a waitlist and a promotion on the way.</summary>
public sealed class FromApplicationToCertificate(OnePlatform one)
{
    [Fact]
    public async Task A_training_runs_from_application_to_certificate_and_can_be_followed_back()
    {
        var api = one.Api;
        var course = await Course.Open(api, cohorts: 1, seats: 1, on: new(2026, 11, 20));
        var cohort = course.Cohorts[0];
        var first = await Apply(cohort, Course.Stranger());
        await api.Answered(cohort, 1);
        var second = await Apply(cohort, Course.Stranger());
        await api.Answered(cohort, 2);
        (await State(first)).Should().Be("Confirmed");
        (await State(second)).Should().Be("Waitlisted");

        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{first}/withdraw", new { reason = "Dates" });
        await Story.Until(async () => await State(second) == "SeatOffered", "the freed seat is offered to who waits");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{second}/offer/accept");
        await Story.Until(async () => await State(second) == "Confirmed", "the accepted offer becomes a seat");

        var session = Course.SessionOf(cohort);
        one.Platform.SetClock(new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/open-signing");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/signatures", new { recordId = second });
        one.Platform.SetClock(new(2026, 11, 20, 11, 31, 0, TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(async () => await State(second) == "Completed", "the record is completed");
        one.Platform.SetClock(OnePlatform.Start);

        var record = await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{second}");
        record.GetProperty("attendedMinutes").GetInt32().Should().Be(210);
        var id = record.GetProperty("certificateId").GetGuid();
        using var anybody = new HttpClient { BaseAddress = one.Platform.Portal.Url };
        var certificate = JsonDocument.Parse(await anybody.GetStringAsync($"certificates/{id}?format=json")).RootElement;
        certificate.ToString().Should().Contain("Cours").And.NotContain("Camille").And.NotContain("Durand");

        await Shares_one_correlation_and_one_trace(second, id);
    }

    // Everything about the record, in three databases, has its id as correlation and, where a message caused it, as trace.
    private async Task Shares_one_correlation_and_one_trace(Guid record, Guid certificate)
    {
        var query = $"""
            SELECT id::text, causation_id, type, headers ->> 'traceparent', headers ->> 'actor', headers ->> 'organisation',
                   headers ->> 'commandId', headers ->> 'occurredAt'
            FROM SCHEMA.mt_events WHERE correlation_id = '{record}'
            """;
        var events = new List<object[]>();
        foreach (var service in new[] { "enrollment", "scheduling", "certification" })
            events.AddRange(await one.Platform.Sql(service, query.Replace("SCHEMA", service, StringComparison.Ordinal)));
        events.Select(e => (string)e[2]).Should().Contain([
            "training-record.application-submitted.v1", "cohort.request-waitlisted.v1", "cohort.seat-offered.v1", "session.attendance-sealed.v1",
            "completion-file.completion-decided.v1", "certificate.issued.v1", "training-record.completed.v1"]);
        events.Should().OnlyContain(e => e.Skip(4).All(value => value is string && ((string)value).Length > 0));

        var byId = events.ToDictionary(e => (string)e[0]);
        var caused = events.Where(e => byId.ContainsKey((string)e[1])).ToList();
        caused.Should().OnlyContain(e => e[3] is string && ((string)e[3]).Split('-')[1] == record.ToString("N"));
        // Each link of the chain leads to the event that caused it.
        var way = new List<string>();
        for (var at = events.Single(e => (string)e[2] == "training-record.completed.v1"); at is not null; at = byId.GetValueOrDefault((string)at[1]))
            way.Add((string)at[2]);
        way.Should().StartWith(["training-record.completed.v1", "certificate.issued.v1"]);
        certificate.Should().NotBeEmpty();
    }

    private async Task<Guid> Apply(Guid cohort, int person) =>
        (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", Course.Application(cohort, person))).GetProperty("id").GetGuid();

    private async Task<string> State(Guid record) =>
        (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("state").GetString()!;
}
