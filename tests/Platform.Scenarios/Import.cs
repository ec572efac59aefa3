using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R22 with the whole sample; and nobody's personal data stands in clear anywhere afterwards.</summary>
public sealed class Import(OnePlatform one)
{
    [Fact]
    public async Task The_sample_ends_row_by_row_in_stated_outcomes_and_again_appends_nothing()
    {
        var api = one.Api;
        await using var witness = await Witness.Of(one.Platform);
        await foreach (var _ in Api.Import(api.Enrollment, "organisations/import", Play.SampleFile("organisations.csv")))
        {
            // Each row is answered; the figures of the applications show what was not taken.
        }

        await OpenSeason();
        await Story.Until(async () => (await api.Records("AwaitingSeat")).Count == 0, "no answer of another story is on its way");
        var before = await Events();
        var preview = await Rows("applications/import?preview=true");
        (await Events()).Should().Be(before, "a preview changes nothing");
        var rows = await Rows("applications/import");
        var after = await Events();
        after.Should().BeGreaterThan(before);

        rows.Should().HaveCount(1236);
        rows.CountBy(Outcome).ToDictionary().Should().BeEquivalentTo(
            new Dictionary<string, int> { ["Accepted"] = 1196, ["AlreadyKnown"] = 10, ["InReview"] = 2, ["Refused"] = 28 });
        preview.Select(Outcome).Should().Equal(rows.Select(Outcome), "the preview said so");
        var refused = rows.Where(r => Outcome(r) == "Refused").ToList();
        refused.Should().OnlyContain(r => r.GetProperty("reason").GetString()!.Length > 0);
        refused.CountBy(r => r.GetProperty("column").GetString()!).ToDictionary().Should().BeEquivalentTo(
            new Dictionary<string, int> { ["organisation_ref"] = 11, ["applied_on"] = 6, ["email"] = 6, ["programme"] = 5 });

        await Story.Until(async () => (await api.Records("AwaitingSeat")).Count == 0, "every application has its answer");
        var settled = await Events();
        (await Rows("applications/import")).Should().OnlyContain(r => Outcome(r) != "Accepted");
        (await Events()).Should().Be(settled, "the same file again appends nothing");

        await Nobody_stands_in_clear(await witness.Seen());
    }

    [Fact]
    public async Task A_file_without_a_column_is_refused_as_a_whole()
    {
        using var content = new StringContent("partner,application_ref\nincub-loire,A1\n", System.Text.Encoding.UTF8, "text/csv");
        using var answer = await one.Api.Enrollment.PostAsync("applications/import", content);
        ((int)answer.StatusCode).Should().Be(400);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("organisation_ref").And.Contain("applied_on");
    }

    [Fact]
    public async Task A_partner_imports_its_own_rows_only()
    {
        using var partner = one.Platform.Client("Enrollment", "incub-anjou");
        const string header = "partner,application_ref,organisation_ref,first_name,last_name,email,role,programme,applied_on\n";
        using var content = new StringContent(header + "incub-loire,A1,ORG-0001,A,B,a@b.example,employee,site-web,2026-01-01\n");
        using var answer = await partner.PostAsync("applications/import", content);
        var row = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement[0];
        row.GetProperty("outcome").GetString().Should().Be("Refused");
        row.GetProperty("column").GetString().Should().Be("partner");
    }

    private async Task OpenSeason()
    {
        var programmes = SampleProgramme.Read(Play.SampleFile("programmes.json"));
        foreach (var p in programmes)
        {
            await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"programmes/{p.Ref}", new
            {
                p.Title,
                p.Objectives,
                p.HalfDays,
                minAttendedShare = p.Completion.Share,
                minAssessmentMark = p.Completion.Mark,
                p.MinSize,
                p.MaxSize,
                p.ValidityMonths,
            });
        }

        foreach (var c in Season.Plan(programmes))
        {
            await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"cohorts/{c.Id}", new { programmeRef = c.Programme.Ref, c.Zone, c.Place, c.Territories, capacity = c.Programme.MaxSize });
            foreach (var h in c.HalfDays)
                await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"sessions/{h.Id}", new { cohortId = c.Id, h.Number, h.Date, h.Start, h.End, trainer = "t", room = "A" });
            await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"cohorts/{c.Id}/open");
            await Story.Until(async () => (await one.Api.Enrollment.GetAsync($"offerings/{c.Id}")).IsSuccessStatusCode, "the cohort is known");
        }
    }

    private async Task<List<JsonElement>> Rows(string path)
    {
        var rows = new List<JsonElement>();
        await foreach (var row in Api.Import(one.Api.Enrollment, path, Play.SampleFile("applications.csv")))
            rows.Add(row);
        return rows;
    }

    private static string Outcome(JsonElement row) => row.GetProperty("outcome").GetString()!;

    private async Task<(long, long)> Counts() => (
        (long)(await one.Platform.Sql("enrollment", "SELECT count(*) FROM enrollment.mt_events"))[0][0],
        (long)(await one.Platform.Sql("keys", "SELECT count(*) FROM learner_keys"))[0][0]);

    private async Task<long> Events() => await Counts() is var (events, keys) ? events + keys : 0;

    // Names that are also names of organisations or communes cannot be told apart there, so whole names and addresses are
    // looked for everywhere, and single names everywhere but in the organisations.
    private async Task Nobody_stands_in_clear(Dictionary<Guid, (int Times, string Body)> messages)
    {
        var people = (await File.ReadAllLinesAsync(Play.SampleFile("applications.csv"))).Skip(1).Select(l => l.Split(',')).ToList();
        var texts = await one.Platform.Texts("t::text NOT LIKE '%legalForm%'");
        texts.AddRange(messages.Values.Select(m => ("a message", m.Body)));
        texts.Should().HaveCountGreaterThan(1000);

        var clear = people.SelectMany(p => new[] { $"{p[3]} {p[4]}", p[5] }.Concat(p[4].Length > 5 ? [p[4].Trim()] : [])).Distinct().Where(t => t.Length > 5).ToList();
        var everything = string.Join('\n', texts.Select(t => t.Text));
        clear.Where(name => everything.Contains(name, StringComparison.OrdinalIgnoreCase)).Should().BeEmpty();
    }
}
