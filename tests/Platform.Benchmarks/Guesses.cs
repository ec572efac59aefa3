using System.Diagnostics;
using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Platform.Benchmarks;

/// <summary>What a stranger may learn from how long an answer takes.</summary>
internal static class Guesses
{
    /// <summary>
    /// All questions in each round, so that all meet the same noise. Documents: an unknown certificate, links that are wrong from the first or
    /// only in the last letter. The page's answer: no link, and such links.
    /// </summary>
    public static async Task<IReadOnlyList<(string What, Latency Time)>> Of(Cli.Machine.Platform platform, Api api, int rounds)
    {
        var course = await Sizes.Held(platform, api, cohorts: 1, seats: 1, new(2027, 3, 15), from: 50_000_000);
        await Sizes.Close(api, course);
        Guid? certificate = null;
        while (certificate is null)
        {
            var record = (await Api.Send(api.Enrollment, HttpMethod.Get, $"records?cohort={course.Cohorts[0]}"))[0];
            certificate = record.GetProperty("certificateId") is { ValueKind: JsonValueKind.String } id ? id.GetGuid() : null;
        }

        var token = new Uri((await Api.Send(api.Certification, HttpMethod.Get, $"certificates/{certificate}/link")).GetProperty("address").GetString()!).Query.Split('=')[1];
        var (wrong, nearly) = (new string('-', token.Length), token[..^2] + (token[^2] == 'A' ? 'B' : 'A') + token[^1]);
        (string What, string Path)[] questions =
        [
            ("A document of an unknown certificate", $"certificates/{Guid.NewGuid()}/certificate.pdf?holder={wrong}"),
            ("  of a known one, a link wrong from the first letter", $"certificates/{certificate}/certificate.pdf?holder={wrong}"),
            ("  a link wrong in its last letters", $"certificates/{certificate}/certificate.pdf?holder={nearly}"),
            ("An answer to a check, no link", $"certificates/{certificate}"),
            ("  its link wrong from the first letter", $"certificates/{certificate}?holder={wrong}"),
            ("  its link wrong in the last letters", $"certificates/{certificate}?holder={nearly}"),
        ];
        using var stranger = new HttpClient { BaseAddress = platform.Certification[0].Url };
        var times = questions.ToDictionary(q => q.What, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = -rounds; round < rounds; round++)
        {
            // In another order each time: who comes after a long answer finds a processor that does not sleep.
            Random.Shared.Shuffle(questions);
            foreach (var (what, path) in questions)
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await stranger.GetAsync(path);
                await answer.Content.ReadAsByteArrayAsync();
                // The first half warms the service up.
                if (round >= 0)
                    times[what].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        return [.. times.Select(t => (t.Key, Latency.Of(t.Value)))];
    }
}
