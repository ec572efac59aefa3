using System.Buffers;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>R22 with the whole sample; and nobody's personal data stands in clear anywhere afterwards.</summary>
public sealed class Import(OnePlatform one)
{
    private IReadOnlyList<Guid> _season = [];

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

        await Settled();
        await Changes_nothing_again();
        var records = rows.Where(r => Outcome(r) == "Accepted").Select(r => r.GetProperty("id").GetGuid()).ToHashSet();
        await Seats_are_left_answered_and_lost(records);
        await Changes_nothing_again();
        await A_cohort_is_cancelled_and_doubts_are_settled(_season[0], rows);
        await Changes_nothing_again();

        await Nobody_stands_in_clear(await witness.Seen());
    }

    private async Task Changes_nothing_again()
    {
        var (events, states) = (await Events(), await States());
        (await Rows("applications/import")).Should().OnlyContain(r => Outcome(r) != "Accepted");
        (await Events()).Should().Be(events, "the same file again appends nothing");
        (await States()).Should().Equal(states, "the same file again undoes nothing");
    }

    private async Task Seats_are_left_answered_and_lost(HashSet<Guid> records)
    {
        var (api, left) = (one.Api, new List<Guid>());
        foreach (var state in (string[])["Confirmed", "Waitlisted"])
            left.AddRange((await api.Records(state)).Select(r => r.GetProperty("id").GetGuid()).Where(records.Contains).Take(6));
        foreach (var record in left)
            await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{record}/withdraw", new { reason = "Dates" });
        await Story.Until(async () => (await Offered()).Count >= 2, "freed seats are offered");
        var offers = await Offered();
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{offers[0]}/offer/accept");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{offers[1]}/offer/decline");
        await Settled();

        async Task<List<Guid>> Offered() => [.. (await api.Records("SeatOffered")).Select(r => r.GetProperty("id").GetGuid()).Where(records.Contains)];
    }

    private async Task A_cohort_is_cancelled_and_doubts_are_settled(Guid cohort, List<JsonElement> rows)
    {
        await Api.Send(one.Api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/cancel", new { reason = "Room" });
        await Story.Until(async () => (await Api.Send(one.Api.Scheduling, HttpMethod.Get, $"cohorts/{cohort}")).GetProperty("withoutDisposition").GetArrayLength() == 0,
            "everybody has a disposition");
        var held = rows.Where(r => Outcome(r) == "InReview").Select(r => r.GetProperty("id").GetGuid()).ToList();
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"applications/reviews/{held[0]}/another-person");
        await Api.Send(one.Api.Enrollment, HttpMethod.Post, $"applications/reviews/{held[1]}/withdraw");
        await Settled();
    }

    // Both services stand at the same, and all that they announce is announced: no decision is on its way.
    private Task Settled() => Story.Until(async () => await Standing() is { } before && await Announced() && await Standing() == before, "both services agree on every seat");

    private async Task<string?> Standing()
    {
        var season = string.Join(',', _season.Select(id => $"'{id}'"));
        var ofRecords = await one.Platform.Sql("enrollment", $"""
            SELECT id || (data -> 'seat' ->> 'cohortId') || (data ->> 'status') FROM enrollment.mt_doc_trainingrecord
            WHERE data ->> 'status' IN ('Confirmed', 'SeatOffered', 'Waitlisted', 'AwaitingSeat')
                AND data -> 'seat' ->> 'cohortId' IN ({season}) ORDER BY 1
            """);
        var ofCohorts = await one.Platform.Sql("scheduling", $"""
            SELECT (e ->> 'recordId') || c.id || CASE e ->> 'standing' WHEN 'Seated' THEN 'Confirmed' WHEN 'Offered' THEN 'SeatOffered' ELSE 'Waitlisted' END
            FROM scheduling.mt_doc_cohort c, jsonb_path_query(c.data, '$.entries.*') e
            WHERE e ->> 'standing' IN ('Seated', 'Offered', 'Waiting') AND e ->> 'organisation' IS NULL AND c.id IN ({season}) ORDER BY 1
            """);
        var (records, cohorts) = (string.Join('\n', ofRecords.Select(r => r[0])), string.Join('\n', ofCohorts.Select(r => r[0])));
        return records == cohorts ? records : null;
    }

    private async Task<bool> Announced()
    {
        foreach (var store in (string[])["enrollment", "scheduling"])
        {
            var behind = await one.Platform.Sql(store,
                $"SELECT count(*) FROM {store}.mt_event_progression WHERE name LIKE 'Announcer%' AND last_seq_id < (SELECT max(seq_id) FROM {store}.mt_events)");
            if ((long)behind[0][0] > 0)
                return false;
        }

        return true;
    }

    private async Task<List<string>> States() =>
        [.. (await one.Platform.Sql("enrollment", "SELECT id || ' ' || (data ->> 'version') || ' ' || (data ->> 'status') FROM enrollment.mt_doc_trainingrecord ORDER BY id")).Select(r => (string)r[0])];

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

        var season = Season.Plan(programmes);
        _season = [.. season.Select(c => c.Id)];
        foreach (var c in season)
        {
            await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"cohorts/{c.Id}", new { programmeRef = c.Programme.Ref, c.Zone, c.Place, c.Territories, capacity = c.Programme.MaxSize });
            foreach (var h in c.HalfDays)
                await Api.Send(one.Api.Scheduling, HttpMethod.Put, $"sessions/{h.Id}", new { cohortId = c.Id, h.Number, h.Date, h.Start, h.End, trainer = $"trainer-{c.Id:N}", room = $"{c.Id:N}" });
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

    // What learners are told follows a moment later.
    private async Task<(long, long)> Counts() => (
        (long)(await one.Platform.Sql("enrollment", "SELECT count(*) FROM enrollment.mt_events WHERE type NOT LIKE 'notification.%'"))[0][0],
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
        var names = SearchValues.Create([.. clear], StringComparison.OrdinalIgnoreCase);
        texts.Where(t => t.Text.AsSpan().IndexOfAny(names) >= 0).Select(t => t.Where).Should().BeEmpty();
    }
}
