using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>A training on the last day of the year, far away; and what funders are told of it, then and later.</summary>
public sealed class Reports(OnePlatform one)
{
    private static readonly DateTimeOffset Day = new(2026, 12, 31, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Every =
    [
        "funder?format=json", "funder?format=csv", $"funder?format=csv&partner={Course.Partner}", "bpf?format=json", "bpf?format=csv&year=2026", "maturity?format=json",
        "maturity?format=csv&by=organisation", "maturity?format=csv&by=departement", "maturity?format=json&by=region", "maturity?format=csv&by=plan",
    ];

    private static readonly string[] Some = ["applications", "waiting", "seatsHeld", "completed", "notCompleted", "withdrawn", "certificates", "attendedMinutes"];

    // Other stories have programmes and organisations of their own.
    private readonly string _programme = $"reported-{Course.Stranger()}", _organisation = $"ORG-{Course.Stranger()}";

    [Fact]
    public async Task A_report_of_a_position_stays_what_it_was_whatever_happens_later()
    {
        var (api, cohort) = (one.Api, await Cohort());
        try
        {
            var (stays, leaves, waits) = (await Apply(cohort), await Apply(cohort), await Apply(cohort));
            await api.Answered(cohort, 3);
            await Assess(new { moment = "Before", assessedOn = "2026-11-01", answeredBy = "Director", collaborativeTools = false, website = true, socialNetworks = false, mobileApp = false, scale = 1 });
            await Hold(cohort, stays, leaves);
            await Story.Until(async () => (await Mine("funder")).GetProperty("attendedMinutes").GetInt32() == 420, "both half-days are counted");

            using var now = await api.Enrollment.GetAsync("reports/funder", TestContext.Current.CancellationToken);
            var position = long.Parse(now.Headers.GetValues("X-Report-Position").Single(), CultureInfo.InvariantCulture);
            var told = await Told(position);
            (await Mine($"funder?asOf={position}")).ToString().Should().Be(
                $$"""
                {"programme":"{{_programme}}","partner":"incub-loire","regionCode":"988","region":"Nouvelle-Calédonie","departement":"988","applications":3,"eligible":3,"ineligible":0,"waiting":1,
                "seatsHeld":2,"seatsGiven":2,"completed":0,"notCompleted":0,"noShows":0,"withdrawn":0,"duplicates":0,"certificates":0,"attendedMinutes":420,"attendedHours":7}
                """.ReplaceLineEndings(""));
            (await Bpf()).Should().Be((2, 420));

            await Everything_goes_on(cohort, stays, leaves, waits);
            var later = await Mine("funder");
            Figures(later).Should().Equal(("applications", 3), ("waiting", 0), ("seatsHeld", 0), ("completed", 1), ("notCompleted", 1), ("withdrawn", 1), ("certificates", 1), ("attendedMinutes", 270));
            (await Bpf()).Should().Be((2, 270));
            var maturity = await Mine("maturity");
            (maturity.GetProperty("organisation").GetString(), maturity.GetProperty("beforeScale").GetInt32(), maturity.GetProperty("afterScale").GetInt32(), maturity.GetProperty("scaleChange").GetInt32())
                .Should().Be(("Another name", 1, 4, 3));

            (await Told(position)).Should().BeEquivalentTo(told, o => o.WithStrictOrdering());
            await one.Platform.Enrollment[0].RestartAsync();
            (await Told(position)).Should().BeEquivalentTo(told, o => o.WithStrictOrdering());
        }
        finally
        {
            one.Platform.SetClock(OnePlatform.Start);
        }
    }

    [Fact]
    public async Task A_file_says_its_position_and_is_not_sent_twice()
    {
        using var answer = await one.Api.Enrollment.GetAsync("reports/funder?format=csv", TestContext.Current.CancellationToken);
        var position = answer.Headers.GetValues("X-Report-Position").Single();
        answer.Content.Headers.ContentType!.ToString().Should().Be("text/csv; charset=utf-8; header=present");
        answer.Content.Headers.ContentDisposition!.FileName.Should().Be($"funder-{position}.csv");
        var lines = (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].Should().StartWith("position,programme,partner,region_code,region,departement,applications,");
        lines.Skip(1).Should().OnlyContain(line => line.StartsWith(position + ",", StringComparison.Ordinal));

        using var again = new HttpRequestMessage(HttpMethod.Get, $"reports/funder?format=csv&asOf={position}") { Headers = { { "If-None-Match", answer.Headers.ETag!.ToString() } } };
        using var known = await one.Api.Enrollment.SendAsync(again, TestContext.Current.CancellationToken);
        known.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("funder?asOf=999999999999", HttpStatusCode.Conflict, "not-yet")]
    [InlineData("bpf?asOf=-1", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("bpf?format=xls", HttpStatusCode.BadRequest, "malformed")]
    [InlineData("maturity?by=country", HttpStatusCode.BadRequest, "malformed")]
    public async Task What_cannot_be_told_is_refused(string report, HttpStatusCode status, string code)
    {
        using var answer = await one.Api.Enrollment.GetAsync($"reports/{report}", TestContext.Current.CancellationToken);
        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(code);
    }

    [Fact]
    public async Task A_partner_is_told_what_came_of_its_own_applications()
    {
        var cohort = await Cohort();
        await Apply(cohort);
        await Assess(new { moment = "Before", assessedOn = "2026-11-01", answeredBy = "Director", collaborativeTools = false, website = true, socialNetworks = false, mobileApp = false, scale = 1 });
        await Story.Until(async () => (await Rows(one.Api.Enrollment, "maturity")).Any(Is), "it is in the log");
        using var owner = one.Platform.Client("Enrollment", Course.Partner);
        using var other = one.Platform.Client("Enrollment", "incub-noumea");
        (await Rows(owner, "funder")).Should().Contain(row => Is(row)).And.OnlyContain(row => row.GetProperty("partner").GetString() == Course.Partner);
        (await Rows(owner, "maturity")).Should().Contain(row => Is(row));
        (await Rows(other, "funder")).Should().NotContain(row => Is(row));
        (await Rows(other, "maturity")).Should().NotContain(row => Is(row));
        var assessment = new { moment = "Before", assessedOn = "2026-10-31", answeredBy = "Adviser", collaborativeTools = false, website = true, socialNetworks = false, mobileApp = false, scale = 1 };
        foreach (var (who, path) in new[] { (other, $"reports/funder?partner={Course.Partner}"), (other, $"reports/maturity?partner={Course.Partner}"), (owner, "reports/bpf") })
        {
            using var refused = await who.GetAsync(path, TestContext.Current.CancellationToken);
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        }

        using (var refused = await other.PostAsJsonAsync($"organisations/{_organisation}/maturity", assessment, TestContext.Current.CancellationToken))
            refused.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await Api.Send(owner, HttpMethod.Get, $"organisations/{_organisation}/maturity")).GetArrayLength().Should().BePositive();
    }

    private async Task Everything_goes_on(Guid cohort, Guid stays, Guid leaves, Guid waits)
    {
        var (api, session) = (one.Api, $"sessions/{Course.SessionOf(cohort)}");
        var early = new { recordId = leaves, attendance = new { evidence = "MarkedByTrainer", minutes = 60 }, reason = "LeftEarly", document = new { kind = "PaperSheet", reference = "sheet-31-12" } };
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/corrections", early);
        await Story.Until(async () => (await Record(leaves)).GetProperty("attendedMinutes").GetInt32() == 60, "the correction has come");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{waits}/withdraw", new { reason = "Dates" });
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await Story.Until(
            async () => ((await Record(stays)).GetProperty("state").GetString(), (await Record(leaves)).GetProperty("state").GetString()) == ("Completed", "NotCompleted"), "both are decided");
        await Register("97400", "Another name");
        await Assess(new { moment = "After", assessedOn = "2026-12-31", answeredBy = "Volunteer", collaborativeTools = true, website = true, socialNetworks = true, mobileApp = false, scale = 4 });
        var (alias, into) = ((await Record(waits)).GetProperty("learnerId").GetGuid(), (await Record(leaves)).GetProperty("learnerId").GetGuid());
        await Api.Send(api.Enrollment, HttpMethod.Post, $"learners/{alias}/merge", new { into, ground = "DocumentSeen" });
        await Api.Send(api.Enrollment, HttpMethod.Post, $"learners/{alias}/unmerge");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"learners/{alias}/merge", new { into, ground = "DocumentSeen" });
        var learner = (await Record(stays)).GetProperty("learnerId").GetGuid();
        await Api.Send(api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=OnRequest");
        await Story.Until(
            async () => (await one.Platform.Sql("enrollment", $"SELECT FROM enrollment.mt_events e, enrollment.mt_event_progression p WHERE e.type = 'learner.erased.v1' AND e.stream_id = '{learner}' AND p.name = 'HighWaterMark' AND e.seq_id <= p.last_seq_id")).Count == 1,
            "the log is settled behind all of it");
    }

    private async Task<Guid> Cohort()
    {
        await Register("98800", "Là-bas");
        return (await Course.Open(one.Api, cohorts: 1, seats: 2, on: new(2026, 12, 31), programme: _programme, bpfObjective: "rs")).Cohorts[0];
    }

    private Task<JsonElement> Register(string postcode, string name) => Api.Send(one.Api.Enrollment, HttpMethod.Put, $"organisations/{_organisation}", new
    {
        @ref = _organisation,
        name,
        legalForm = "association",
        address = "",
        postcode,
        commune = "NOUMEA",
        zone = "Pacific/Noumea",
    });

    private async Task<Guid> Apply(Guid cohort)
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, Course.Stranger(), _programme), JsonSerializerOptions.Web)!;
        form["organisationRef"] = _organisation;
        return (await Api.Send(one.Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid();
    }

    private Task<JsonElement> Assess(object assessment) => Api.Send(one.Api.Enrollment, HttpMethod.Post, $"organisations/{_organisation}/maturity", assessment);

    private async Task Hold(Guid cohort, params Guid[] present)
    {
        var session = $"sessions/{Course.SessionOf(cohort)}";
        one.Platform.SetClock(Day);
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"{session}/open-signing");
        foreach (var recordId in present)
            await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"{session}/signatures", new { recordId });
        one.Platform.SetClock(Day.AddHours(4));
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"{session}/countersignature");
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"{session}/seal");
    }

    private Task<JsonElement> Record(Guid record) => Api.Send(one.Api.Enrollment, HttpMethod.Get, $"records/{record}");

    private async Task<Dictionary<string, string>> Told(long position)
    {
        var told = new Dictionary<string, string>();
        foreach (var report in Every)
            told[report] = Convert.ToHexString(await one.Api.Enrollment.GetByteArrayAsync($"reports/{report}&asOf={position}", TestContext.Current.CancellationToken));
        told.Values.Should().OnlyContain(bytes => bytes.Contains(Convert.ToHexString(Encoding.UTF8.GetBytes($"{position}")), StringComparison.Ordinal));
        return told;
    }

    private async Task<JsonElement> Mine(string report) => (await Rows(one.Api.Enrollment, report)).SingleOrDefault(Is) is { ValueKind: not JsonValueKind.Undefined } row
        ? row
        : JsonDocument.Parse("""{"attendedMinutes":0}""").RootElement;

    private static async Task<List<JsonElement>> Rows(HttpClient who, string report) =>
        [.. (await Api.Send(who, HttpMethod.Get, $"reports/{report}")).GetProperty("rows").EnumerateArray()];

    private bool Is(JsonElement row) =>
        row.TryGetProperty("programme", out var programme) ? programme.GetString() == _programme : row.GetProperty("organisationRef").GetString() == _organisation;

    private async Task<(int, int)> Bpf() => (await Rows(one.Api.Enrollment, "bpf?year=2026")).Where(row => row.GetProperty("objective").GetString() == "rs")
        .Select(row => (row.GetProperty("trainees").GetInt32(), row.GetProperty("traineeMinutes").GetInt32())).Single();

    private static IEnumerable<(string, int)> Figures(JsonElement row) =>
        Some.Select(name => (name, row.GetProperty(name).GetInt32()));
}
