using System.Globalization;
using System.Text.Json;
using NodaTime;
using Spectre.Console;
using Tremplin.Cli.Machine;

namespace Tremplin.Cli.Demo;

/// <summary>
/// The play: a season from the applications to the certificates, through the doors that everybody uses. What people
/// do (who is absent, who declines) follows from their records' ids, so it differs little from run to run.
/// </summary>
/// <param name="tellTime">Tells the services the time.</param>
/// <param name="api">The services.</param>
/// <param name="progress">Shows how far it is.</param>
internal sealed class Play(Action<DateTimeOffset> tellTime, Api api, ProgressContext progress)
{
    private static readonly string[] Ended = ["Completed", "NotCompleted", "Withdrawn", "NoShow", "Duplicate"];
    private readonly IReadOnlyList<SampleProgramme> _programmes = SampleProgramme.Read(SampleFile("programmes.json"));
    private IReadOnlyList<PlannedCohort> _cohorts = [];
    private DateTimeOffset _now = Season.Opens;

    /// <summary>What came of it, line by line.</summary>
    public Dictionary<string, string> Figures { get; } = [];

    /// <summary>A file of the sample.</summary>
    public static string SampleFile(string name) => Path.Combine(SourceTree.Root, "services", "Cli", "Sample", name);

    /// <summary>Plays the season.</summary>
    public async Task Run()
    {
        Advance(Season.Opens);
        await Organisations();
        await Cohorts();
        await Applications();
        await Changes();
        await Promotions();
        await HalfDays();
        await Corrections();
        await Closing();
    }

    private void Advance(DateTimeOffset to)
    {
        _now = to;
        tellTime(to);
    }

    private async Task Organisations()
    {
        var task = progress.AddTask("Organisations", maxValue: 755);
        var refused = new List<string>();
        await foreach (var row in Api.Import(api.Enrollment, "organisations/import", SampleFile("organisations.csv")))
        {
            if (row.GetProperty("outcome").GetString() == "Refused")
                refused.Add($"line {row.GetProperty("line")}: {row.GetProperty("reason").GetString()}");
            task.Increment(1);
        }

        Figures["Organisations in the file"] = Number(task.Value);
        Figures["  refused"] = $"{refused.Count} ({string.Join("; ", refused)})";
        Done(task);
    }

    private async Task Cohorts()
    {
        foreach (var p in _programmes)
        {
            await Api.Send(api.Scheduling, HttpMethod.Put, $"programmes/{p.Ref}", new
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

        _cohorts = Season.Plan(_programmes);
        var task = progress.AddTask("Cohorts planned and opened", maxValue: _cohorts.Count);
        await Parallel.ForEachAsync(_cohorts, AtOnce(4), async (c, _) =>
        {
            await Api.Send(api.Scheduling, HttpMethod.Put, $"cohorts/{c.Id}", new
            {
                programmeRef = c.Programme.Ref,
                c.Zone,
                c.Place,
                c.Territories,
                capacity = c.Programme.MaxSize,
            });
            foreach (var h in c.HalfDays)
            {
                await Api.Send(api.Scheduling, HttpMethod.Put, $"sessions/{h.Id}", new
                {
                    cohortId = c.Id,
                    h.Number,
                    h.Date,
                    h.Start,
                    h.End,
                    trainer = $"trainer-{c.Place}",
                    room = "A",
                });
            }

            await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{c.Id}/open");
            task.Increment(1);
        });
        Figures["Cohorts / half-days planned"] = $"{_cohorts.Count} / {_cohorts.Sum(c => c.HalfDays.Count)}";
        Done(task);
    }

    private async Task Applications()
    {
        // Enrollment chooses among the cohorts that it has heard of: it must have heard of all.
        var file = SampleFile("applications.csv");
        var lines = (await File.ReadAllLinesAsync(file)).Length - 1;
        var preview = progress.AddTask("Preview of the applications", maxValue: lines);
        await Until(async () => await Announced() == _cohorts.Count);
        await foreach (var _ in Api.Import(api.Enrollment, "applications/import?preview=true", file))
            preview.Increment(1);
        Done(preview);

        var import = progress.AddTask("Applications", maxValue: lines);
        var rows = new List<JsonElement>();
        await foreach (var row in Api.Import(api.Enrollment, "applications/import", file))
        {
            rows.Add(row);
            import.Increment(1);
        }

        Done(import);
        var seats = progress.AddTask("Every application has its answer", maxValue: 1);
        await Until(async () => (await api.Records("AwaitingSeat")).Count == 0);
        Done(seats);
        var outcomes = rows.CountBy(r => r.GetProperty("outcome").GetString()!).ToDictionary();
        var columns = rows.Where(r => r.GetProperty("outcome").GetString() == "Refused").CountBy(r => r.GetProperty("column").GetString()!);
        Figures["Applications in the file"] = Number(rows.Count);
        Figures["  accepted"] = Number(outcomes.GetValueOrDefault("Accepted"));
        Figures["    of these not eligible"] = Number(rows.Count(r => r.GetProperty("state").ToString() == "Ineligible"));
        Figures["  already known"] = Number(outcomes.GetValueOrDefault("AlreadyKnown"));
        Figures["  in review (may be somebody known)"] = Number(outcomes.GetValueOrDefault("InReview"));
        Figures["  refused "] = $"{outcomes.GetValueOrDefault("Refused")} ({string.Join(", ", columns.OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}"))})";
        Figures["Seats at once"] = Number((await api.Records("Confirmed")).Count);
        Figures["Waiting"] = Number((await api.Records("Waitlisted")).Count);
    }

    private async Task<int> Announced()
    {
        var open = await Task.WhenAll(_cohorts.Select(c => api.Enrollment.GetAsync($"offerings/{c.Id}")));
        return open.Count(o => o.IsSuccessStatusCode);
    }

    /// <summary>A cohort is cancelled and its people go elsewhere; somebody changes to a cohort with room.</summary>
    private async Task Changes()
    {
        Advance(Season.Opens.AddDays(2));
        var task = progress.AddTask("A cohort is cancelled, somebody changes", maxValue: 2);
        var lost = (await States()).Where(c => c.Cohort.Place == "Tours").MinBy(c => Seats(c.State)).Cohort;
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{lost.Id}/cancel", new { reason = "Room" });
        await Until(async () => (await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{lost.Id}")).GetProperty("withoutDisposition").GetArrayLength() == 0);
        await Until(async () => (await api.Records("AwaitingSeat")).Count == 0);
        var dispositions = (await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{lost.Id}/ledger")).EnumerateArray()
            .Select(line => line.GetProperty("data")).Where(e => e.TryGetProperty("disposition", out _)).ToList();
        var moved = dispositions.Count(e => e.GetProperty("disposition").GetString() == "Moved");
        Figures["Cohort cancelled"] = $"{lost.Programme.Ref} in {lost.Place}: {moved} asked elsewhere, {dispositions.Count - moved} wait for the next";
        _cohorts = [.. _cohorts.Where(c => c != lost)];
        task.Increment(1);

        var states = await States();
        var (from, to) = (from a in states
                          from b in states
                          where a.Cohort.Programme == b.Cohort.Programme && Seats(a.State) == Capacity(a.State) && Seats(b.State) < Capacity(b.State)
                          orderby a.Cohort.Zone == b.Cohort.Zone descending
                          select (a, b)).First();
        var mover = from.State.GetProperty("seats")[0].GetProperty("recordId").GetGuid();
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{mover}/transfer", new { cohortId = to.Cohort.Id });
        await Until(async () => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{mover}")).GetProperty("cohortId").GetGuid() == to.Cohort.Id);
        Figures["Changed to another cohort"] = $"1 ({from.Cohort.Programme.Ref}, from {from.Cohort.Place} to {to.Cohort.Place})";
        Done(task);
    }

    private Task<(PlannedCohort Cohort, JsonElement State)[]> States() =>
        Task.WhenAll(_cohorts.Select(async c => (Cohort: c, State: await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{c.Id}"))));

    private static int Seats(JsonElement cohort) => cohort.GetProperty("seats").GetArrayLength();

    private static int Capacity(JsonElement cohort) => cohort.GetProperty("capacity").GetInt32();

    private async Task Promotions()
    {
        Advance(Season.Opens.AddDays(3));
        var leaving = (await api.Records("Confirmed")).Where(r => Chance(r, 7) == 0).ToList();
        var withdrawals = progress.AddTask("Withdrawals", maxValue: leaving.Count);
        await Parallel.ForEachAsync(leaving, AtOnce(4), async (record, _) =>
        {
            await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{Id(record)}/withdraw", new { reason = "Dates" });
            withdrawals.Increment(1);
        });
        Done(withdrawals);
        var promotions = progress.AddTask("Offers to those who wait", maxValue: leaving.Count);
        int promoted = 0, declined = 0, lapsed = 0;
        // Who declines or lets an offer lapse makes the next offer, so this goes on until nobody has one. The clock moves
        // only when all who answer have answered: then the sweeper ends what nobody answered.
        for (var idle = 0; idle < 2;)
        {
            await Settled();
            var offers = await api.Records("SeatOffered");
            var answers = offers.Where(o => Chance(o, 10) != 1).ToList();
            idle = offers.Count == 0 ? idle + 1 : 0;
            foreach (var offer in answers)
            {
                var accept = Chance(offer, 10) > 2;
                await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{Id(offer)}/offer/{(accept ? "accept" : "decline")}");
                _ = accept ? promoted++ : declined++;
                promotions.Increment(accept ? 1 : 0);
            }

            if (answers.Count > 0 || offers.Count == 0)
                continue;
            lapsed += offers.Count;
            var silent = offers.Select(Id).ToHashSet();
            Advance(_now.AddHours(49));
            await Until(async () => !(await api.Records("SeatOffered")).Select(Id).Any(silent.Contains));
        }

        promotions.MaxValue = Math.Max(promoted, 1);
        Figures["Withdrawn from a seat"] = Number(leaving.Count);
        Figures["Promoted from the waitlist"] = $"{promoted} (declined {declined}, lapsed {lapsed})";
        Done(promotions);
    }

    private async Task HalfDays()
    {
        var rosters = new Dictionary<Guid, List<Guid>>();
        foreach (var c in _cohorts)
        {
            var cohort = await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{c.Id}");
            rosters[c.Id] = [.. cohort.GetProperty("seats").EnumerateArray().Select(s => s.GetProperty("recordId").GetGuid())];
        }

        var halfDays = _cohorts.SelectMany(c => c.HalfDays.Select(h => (Cohort: c, HalfDay: h, Starts: Instant(c, h, h.Start), Ends: Instant(c, h, h.End))))
            .OrderBy(h => h.Starts).ThenBy(h => h.HalfDay.Id).ToList();
        var task = progress.AddTask("Half-days held and sealed", maxValue: halfDays.Count);
        foreach (var held in halfDays.GroupBy(h => h.Starts))
        {
            Advance(held.Key.AddMinutes(-5));
            await Parallel.ForEachAsync(held, AtOnce(4), async (h, _) =>
            {
                var session = $"sessions/{h.HalfDay.Id}";
                await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/open-signing");
                foreach (var record in rosters[h.Cohort.Id].Where(r => Present(r, h.HalfDay)))
                    await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/signatures", new { recordId = record });
            });
            foreach (var ending in held.GroupBy(h => h.Ends))
            {
                Advance(ending.Key.AddMinutes(2));
                await Parallel.ForEachAsync(ending, AtOnce(4), async (h, _) =>
                {
                    var session = $"sessions/{h.HalfDay.Id}";
                    await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/countersignature");
                    await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/seal");
                    task.Increment(1);
                });
            }
        }

        Figures["Half-days sealed"] = Number(halfDays.Count);
        Done(task);
    }

    /// <summary>Somebody was there on the last day and did not sign; the sheet on paper shows it.</summary>
    private async Task Corrections()
    {
        var task = progress.AddTask("A correction", maxValue: 1);
        var (session, mark) = (await Task.WhenAll(_cohorts.Select(async c => await Api.Send(api.Scheduling, HttpMethod.Get, $"sessions/{c.HalfDays[^1].Id}"))))
            .OrderByDescending(s => s.GetProperty("endsAt").GetDateTimeOffset())
            .SelectMany(s => s.GetProperty("marks").EnumerateArray().Where(m => m.GetProperty("counts").GetProperty("minutes").GetInt32() == 0).Select(m => (s.GetProperty("id").GetGuid(), m)))
            .First();
        var record = mark.GetProperty("recordId").GetGuid();
        var before = await Attended(record);
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/corrections", new
        {
            recordId = record,
            attendance = new { evidence = "MarkedByTrainer", minutes = mark.GetProperty("delivered").GetInt32() },
            reason = "SignatureForgotten",
            document = new { kind = "PaperSheet", reference = "sheet-1" },
        });
        await Until(async () => await Attended(record) > before);
        Figures["Attendance corrected"] = $"1 record, from {before / 60.0:0.0} to {await Attended(record) / 60.0:0.0} hours";
        Done(task);
    }

    private async Task<int> Attended(Guid record) =>
        (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("attendedMinutes").GetInt32();

    private async Task Closing()
    {
        var task = progress.AddTask("Cohorts closed and decided", maxValue: _cohorts.Count);
        await Parallel.ForEachAsync(_cohorts, AtOnce(4), async (c, _) =>
        {
            var cohort = await Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{c.Id}");
            if (c.Programme.Completion.Mark is not null)
            {
                foreach (var seat in cohort.GetProperty("seats").EnumerateArray())
                {
                    var record = seat.GetProperty("recordId").GetGuid();
                    await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{c.Id}/assessments", new { recordId = record, mark = 10 + Chance(record, 11) });
                }
            }

            await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{c.Id}/close");
            task.Increment(1);
        });
        Done(task);
        var decided = progress.AddTask("Certificates", maxValue: 1);
        await Until(async () => (await Task.WhenAll(
            api.Records("Confirmed"), api.Records("InProgress"), api.Records("Waitlisted"), api.Records("SeatOffered"))).All(r => r.Count == 0));
        var completed = await api.Records("Completed");
        Figures["Hours attended"] = Number(Math.Round(
            (await Task.WhenAll(Ended.Select(api.Records)))
            .SelectMany(r => r).Sum(r => r.GetProperty("attendedMinutes").GetInt32()) / 60.0));
        Figures["Not completed"] = Number((await api.Records("NotCompleted")).Count);
        Figures["Did not appear"] = Number((await api.Records("NoShow")).Count);
        Figures["Certificates"] = Number(completed.Count);
        Done(decided);
    }

    /// <summary>Waits until no message is under way that could still change who has an offer.</summary>
    private async Task Settled()
    {
        var before = "";
        await Until(async () =>
        {
            var now = string.Join('|', (await Task.WhenAll(_cohorts.Select(c => Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{c.Id}"))))
                .Select(c => c.GetProperty("version")));
            var offered = (await Task.WhenAll(_cohorts.Select(c => Api.Send(api.Scheduling, HttpMethod.Get, $"cohorts/{c.Id}"))))
                .Sum(c => c.GetProperty("offers").GetArrayLength());
            var settled = before == now && offered == (await api.Records("SeatOffered")).Count;
            before = now;
            return settled;
        });
    }

    private static DateTimeOffset Instant(PlannedCohort cohort, PlannedHalfDay halfDay, TimeOnly time) =>
        LocalDateTime.FromDateTime(halfDay.Date.ToDateTime(time)).InZoneStrictly(DateTimeZoneProviders.Tzdb[cohort.Zone]).ToDateTimeOffset().ToUniversalTime();

    // Most come nearly always; some miss so much that they cannot complete.
    private static bool Present(Guid record, PlannedHalfDay halfDay) =>
        Chance(record, 9) == 0 ? (Chance(record, 97) + halfDay.Number) % 2 == 0 : (Chance(record, 89) + halfDay.Number) % 12 != 0;

    private static int Chance(JsonElement record, int outOf) => Chance(Id(record), outOf);

    private static int Chance(Guid record, int outOf) => record.ToByteArray().Aggregate(17, (h, b) => ((h * 31) + b) & 0xFFFFFF) % outOf;

    private static Guid Id(JsonElement record) => record.GetProperty("id").GetGuid();

    private static string Number(double value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');

    private static ParallelOptions AtOnce(int most) => new() { MaxDegreeOfParallelism = most };

    private static void Done(ProgressTask task)
    {
        task.Value = task.MaxValue;
        task.StopTask();
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
            await Task.Delay(50, patience.Token);
    }
}
