using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R2: five hundred at once for twenty seats.</summary>
public sealed class Rush(OnePlatform one)
{
    private const int People = 500, Seats = 20;

    [Fact]
    public async Task Five_hundred_at_once_for_twenty_seats_end_as_twenty_seats_and_a_queue()
    {
        var cohort = (await Course.Open(one.Api, cohorts: 1, Seats)).Cohorts[0];
        await Apply(cohort, 100_000);
        await Ends_well(cohort);
    }

    [Fact]
    public async Task The_same_when_Scheduling_is_killed_in_the_middle_and_started_again()
    {
        var cohort = (await Course.Open(one.Api, cohorts: 1, Seats)).Cohorts[0];
        var applying = Apply(cohort, 200_000);
        await Story.Until(async () => (await Entries(cohort)).Count > 50, "some requests are in the ledger");
        await one.Platform.Scheduling[0].KillAsync();
        await applying;
        await one.Platform.Scheduling[0].RestartAsync();
        await Ends_well(cohort);
    }

    private async Task Apply(Guid cohort, int from)
    {
        var answers = await Task.WhenAll(Enumerable.Range(from, People).Select(async person =>
        {
            using var answer = await one.Api.Enrollment.PostAsJsonAsync("applications", Course.Application(cohort, person));
            return answer.StatusCode;
        }));
        answers.Should().OnlyContain(status => status == HttpStatusCode.Created);
    }

    private async Task Ends_well(Guid cohort)
    {
        await one.Api.Answered(cohort, People);
        (await one.Api.States(cohort)).Should().BeEquivalentTo(new Dictionary<string, int> { ["Confirmed"] = Seats, ["Waitlisted"] = People - Seats });
        var entries = await Entries(cohort);
        entries.Should().HaveCount(People);
        entries.Take(Seats).Should().OnlyContain(e => e.GetProperty("standing").GetString() == "Seated");
        entries.Skip(Seats).Should().OnlyContain(e => e.GetProperty("standing").GetString() == "Waiting");
        // The records know the very places that the ledger gave them.
        var places = (await Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records?cohort={cohort}&state=Waitlisted&take=1000")).EnumerateArray()
            .ToDictionary(r => r.GetProperty("id").GetGuid(), r => r.GetProperty("place").GetInt64());
        entries.Skip(Seats).Should().OnlyContain(e => places[e.GetProperty("recordId").GetGuid()] == e.GetProperty("place").GetInt64());
    }

    // In the order of the stream.
    private async Task<List<JsonElement>> Entries(Guid cohort)
    {
        var rows = await one.Platform.Sql("scheduling", $"SELECT e.value::text FROM scheduling.mt_doc_cohort d, jsonb_each(d.data -> 'entries') e WHERE d.id = '{cohort}'");
        return [.. rows.Select(r => JsonDocument.Parse((string)r[0]).RootElement).OrderBy(e => e.GetProperty("place").GetInt64())];
    }
}
