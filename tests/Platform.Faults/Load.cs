using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tremplin.Cli.Demo;
using Tremplin.Scenarios;

namespace Tremplin.Faults;

/// <summary>People who apply at a steady pace while a fault lasts. Each asks again, at another replica, until there is an answer.</summary>
internal sealed class Load
{
    /// <summary>How many seats a cohort has, and how many apply for it.</summary>
    public const int Seats = 10, Applicants = 15;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(125), Pause = TimeSpan.FromMilliseconds(250);
    private static readonly ConcurrentQueue<Guid> Cohorts = [];
    private static int _people = 1_000_000;
    private readonly Scene _scene;
    private readonly Task _applying;
    private volatile bool _enough;

    private Load(Scene scene)
    {
        _scene = scene;
        _applying = Go();
    }

    /// <summary>The record of each person, and its cohort.</summary>
    public ConcurrentDictionary<Guid, Guid> Records { get; } = [];

    /// <summary>Answers that nobody should get.</summary>
    public ConcurrentBag<string> Refusals { get; } = [];

    public static async Task<Load> Begin(Scene scene)
    {
        if (Cohorts.Count < 40)
        {
            foreach (var cohort in (await Course.Open(scene.Api, cohorts: 60, Seats)).Cohorts)
                Cohorts.Enqueue(cohort);
        }

        var load = new Load(scene);
        await Story.Until(() => Task.FromResult(load.Records.Count >= 8), "applications flow");
        return load;
    }

    /// <summary>Somebody new applies, and has a seat in the end.</summary>
    public async Task Seated()
    {
        var record = await Apply(Next(), first: 0);
        var replica = 0;
        await Story.Until(async () =>
        {
            try
            {
                return (await _scene.Doors[replica++ % _scene.Doors.Count].GetFromJsonAsync<JsonElement>($"records/{record}")).GetProperty("state").GetString() == "Confirmed";
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return false;
            }
        }, "a fresh application has its seat");
    }

    /// <summary>Nobody new applies; returns when everybody has an answer.</summary>
    public Task End()
    {
        _enough = true;
        return _applying;
    }

    private static Guid Next() => Cohorts.TryDequeue(out var cohort) ? cohort : throw new InvalidOperationException("A fault lasted longer than there are cohorts.");

    private async Task Go()
    {
        var people = new List<Task>();
        using var pace = new PeriodicTimer(Pace);
        for (var cohort = Next(); await pace.WaitForNextTickAsync() && !_enough;)
        {
            people.Add(Apply(cohort, people.Count));
            if (people.Count % Applicants == 0)
                cohort = Next();
        }

        await Task.WhenAll(people);
    }

    private async Task<Guid> Apply(Guid cohort, int first)
    {
        var body = Course.Application(cohort, Interlocked.Increment(ref _people));
        var record = Guid.Empty;
        var replica = first;
        await Story.Until(async () =>
        {
            try
            {
                using var answer = await _scene.Doors[replica++ % _scene.Doors.Count].PostAsJsonAsync("applications", body);
                if (answer.IsSuccessStatusCode)
                {
                    record = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
                    return true;
                }

                if (answer.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.Unauthorized)
                    Refusals.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // No answer.
            }

            await Task.Delay(Pause);
            return false;
        }, "the application is accepted");
        Records[record] = cohort;
        return record;
    }
}
