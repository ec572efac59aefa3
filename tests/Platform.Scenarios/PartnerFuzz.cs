using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tremplin.Cli.Demo;

namespace Tremplin.Scenarios;

/// <summary>
/// A hundred thousand commands, most of them spoilt in some way: every one is answered, the good ones among them are
/// handled, and the service neither falls nor grows.
/// </summary>
public sealed class PartnerFuzz(OnePlatform one)
{
    private const int Messages = 100_000, GoodOneIn = 50, Seed = 20261124;

    private static readonly string[] Keys =
        ["apply-for-training.v1", "withdraw-application.v1", "accept-offer.v1", "decline-offer.v1", "apply-for-training.v2", "accept-offer.v0", "fly.v1", "x", "a.b.c.d", ""];

    [Fact]
    public async Task Every_message_is_answered_and_every_good_one_is_handled()
    {
        await using var partner = await Partner.Of(one.Platform, "fuzz");
        var course = await Course.Open(one.Api, cohorts: 1, seats: 5);
        var enrollment = one.Platform.Enrollment[0];
        var (process, random, good, memory) = (enrollment.Pid, new Random(Seed), new List<string>(), 0L);
        for (var sent = 0; sent < Messages;)
        {
            var wave = new List<Task>();
            for (; wave.Count < 500; sent++)
            {
                var (id, data) = Partner.Apply(course.Cohorts[0], 8_000_000 + sent);
                var whole = partner.Written("apply-for-training", data, id);
                if (sent % GoodOneIn == 0)
                {
                    good.Add(id);
                    wave.Add(partner.SendRaw($"partner.{partner.Id}.apply-for-training.v1", whole));
                }
                else
                {
                    var command = random.Next(4) == 0 ? Keys[random.Next(Keys.Length)] : Keys[0];
                    wave.Add(partner.SendRaw($"partner.{partner.Id}.{command}", Spoilt(whole, random)));
                }
            }

            await Task.WhenAll(wave);
            var all = sent;
            // Not further ahead than a queue of some thousand.
            await Story.Until(() => Task.FromResult(partner.AnswerCount > all - 5000), "the answers keep up");
            if (memory == 0 && sent >= Messages / 4)
                memory = enrollment.ResidentBytes;
        }

        await Story.Until(() => Task.FromResult(partner.AnswerCount >= Messages), "every message is answered");
        partner.AnswerCount.Should().Be(Messages, "each is answered once");
        var answers = partner.Answers.Where(a => a.CommandId is not null).ToLookup(a => a.CommandId!, StringComparer.Ordinal);
        good.Should().OnlyContain(id => answers[id].Any(a => a.Data.GetProperty("outcome").GetString() == "accepted"));
        partner.Answers.Count(a => a.Type.EndsWith("message.rejected.v1", StringComparison.Ordinal)).Should().BeGreaterThan(Messages / 2);
        enrollment.Pid.Should().Be(process);
        enrollment.Process.Alive.Should().BeTrue();
        enrollment.ResidentBytes.Should().BeLessThan(memory + 80_000_000, "memory stays flat");
        await partner.EmptyTheParking();
    }

    private static byte[] Spoilt(byte[] whole, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                return whole[..random.Next(whole.Length)];
            case 1:
                return Bytes(whole, random, 1 + random.Next(8));
            case 2:
                return [.. whole[..(whole.Length / 2)], 0xff, 0xc0, 0x80, .. whole[(whole.Length / 2)..]];
            case 3:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "[" : "{\"a\":", 1 + random.Next(9000))));
            case 4:
                return new byte[65_537 + random.Next(1000)];
            case 5:
                return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "null" : "");
            default:
                return Changed(whole, random);
        }
    }

    private static byte[] Bytes(byte[] whole, Random random, int changes)
    {
        var spoilt = (byte[])whole.Clone();
        for (var i = 0; i < changes; i++)
            spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
        return spoilt;
    }

    private static byte[] Changed(byte[] whole, Random random)
    {
        var message = JsonNode.Parse(whole)!.AsObject();
        var places = new[] { message, message["data"]!.AsObject(), message["data"]!["person"]!.AsObject() };
        var place = places[random.Next(places.Length)];
        var field = place.Select(p => p.Key).ElementAt(random.Next(place.Count));
        string[] values =
        [
            "null", "true", "-1", "1e999", new string('9', 400), "\"\"", "[]", "{}", "\"\\u0000\"", "\"2026-02-30\"",
            $"\"{new string('é', 300)}\"", "\"'; DROP TABLE mt_events; --\"", new string('[', 60) + new string(']', 60),
        ];
        if (random.Next(4) == 0)
            place.Remove(field);
        else
            place[field] = JsonNode.Parse(values[random.Next(values.Length)]);
        return Encoding.UTF8.GetBytes(message.ToJsonString(new JsonSerializerOptions { MaxDepth = 256 }));
    }
}
