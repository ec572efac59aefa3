using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using RabbitMQ.Client;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;
using Tremplin.Scenarios;

namespace Tremplin.Faults;

/// <summary>A kind of fault.</summary>
/// <param name="Name">Names it in <c>FAULT_KINDS</c>.</param>
/// <param name="What">What is done.</param>
/// <param name="Do">Does it and, where it does not end by itself, undoes it; gives a clock that runs since recovery could begin.</param>
/// <param name="Parks">How many messages it parks.</param>
internal sealed record Kind(string Name, string What, Func<Scene, Task<Stopwatch>> Do, int Parks = 0)
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<Kind> All { get; } = [.. Processes(), .. Servers(), .. Networks(), .. Limits(), .. Contents()];

    private static IEnumerable<Kind> Processes()
    {
        foreach (var service in Checks.Services)
            yield return Lasting($"kill-leader-{Low(service)}", $"the leading replica of {service} is killed with -9 and started again", async scene => await KillAndStart(await scene.Leader(service)));
        yield return Lasting("kill-follower", "the other replica of Scheduling is killed with -9 and started again", async scene => await KillAndStart(await scene.Follower("Scheduling")));
        yield return Lasting("kill-identity", "Identity is killed with -9 and started again", scene => KillAndStart(scene.Platform.Identity));
        yield return Lasting("kill-portal", "Portal is killed with -9 and started again", scene => KillAndStart(scene.Platform.Portal));
        yield return Lasting("kill-every-service", "every replica of every service is killed with -9 at once, and started again", scene => KillAndStart([.. scene.Platform.Services]));
        yield return Lasting("kill-leader-while-other-is-frozen", "the other replica of Scheduling is frozen, the leader killed, and 3 s later both go on", async scene =>
        {
            var (leader, follower) = (await scene.Leader("Scheduling"), await scene.Follower("Scheduling"));
            Scene.Freeze(follower.Process);
            await leader.KillAsync();
            await Scene.For(3);
            Scene.Thaw(follower.Process);
            leader.StartAgain();
        });
        foreach (var service in (string[])["Enrollment", "Scheduling"])
        {
            yield return Ending($"freeze-leader-{Low(service)}", $"the leading replica of {service} is frozen for 5 s", async scene =>
            {
                var leader = await scene.Leader(service);
                Scene.Freeze(leader.Process);
                await Task.WhenAll(Scene.For(5), scene.TakenOver(leader));
                Scene.Thaw(leader.Process);
            });
        }

        yield return Ending("stop-leader", "the leading replica of Enrollment is asked to end (TERM) and started again", async scene => await (await scene.Leader("Enrollment")).RestartAsync());
    }

    private static IEnumerable<Kind> Servers()
    {
        yield return Ending("postgres-kill", "PostgreSQL is killed with -9 and started again 3 s later", async scene =>
        {
            await scene.Platform.Servers.StopDatabaseAsync(kill: true);
            await Scene.For(3);
            await scene.Platform.Servers.StartDatabaseAsync();
        });
        yield return Ending("postgres-restart", "PostgreSQL is stopped in good order and started again", async scene =>
        {
            await scene.Platform.Servers.StopDatabaseAsync();
            await scene.Platform.Servers.StartDatabaseAsync();
        });
        yield return Ending("postgres-sessions-ended", "every session in PostgreSQL is ended (pg_terminate_backend)", scene =>
            scene.Platform.Sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'tremplin\\_%' AND pid <> pg_backend_pid()"));
        yield return Ending("broker-kill", "RabbitMQ is killed with -9 and started again 3 s later", async scene =>
        {
            await scene.Server("rabbitmq").KillAsync();
            await Scene.For(3);
            await scene.Platform.Servers.StartBrokerAsync();
        });
        yield return Ending("broker-restart", "RabbitMQ is stopped in good order and started again", async scene =>
        {
            await scene.Platform.Servers.StopBrokerAsync();
            await scene.Platform.Servers.StartBrokerAsync();
        });
        yield return Ending("broker-away", "RabbitMQ is stopped for 10 s; meanwhile the leaders of Scheduling and Certification are killed, and that of Enrollment when it is back", async scene =>
        {
            await scene.Platform.Servers.StopBrokerAsync();
            await Task.WhenAll(Scene.For(10), KillAndStart(await scene.Leader("Scheduling"), await scene.Leader("Certification")));
            await scene.Platform.Servers.StartBrokerAsync();
            await KillAndStart(await scene.Leader("Enrollment"));
        });
        yield return Ending("broker-freeze", "RabbitMQ is frozen for 5 s", async scene =>
        {
            Scene.Freeze(scene.Server("rabbitmq"));
            await Scene.For(5);
            Scene.Thaw(scene.Server("rabbitmq"));
        });
        yield return Ending("broker-closes-connections", "RabbitMQ closes every connection (close_all_connections)", scene => scene.RabbitMqCtl("close_all_connections", "fault"));
        yield return Ending("both-servers-kill", "PostgreSQL and RabbitMQ are killed with -9 at once and started again", async scene =>
        {
            await Task.WhenAll(scene.Platform.Servers.StopDatabaseAsync(kill: true), scene.Server("rabbitmq").KillAsync());
            await Task.WhenAll(scene.Platform.Servers.StartDatabaseAsync(), scene.Platform.Servers.StartBrokerAsync());
        });
    }

    private static IEnumerable<Kind> Networks()
    {
        foreach (var service in Checks.Services)
        {
            var seconds = service == "Enrollment" ? 30 : 5;
            yield return Cut($"cut-{Low(service)}-postgres", $"the network between {service} and PostgreSQL", seconds, scene => scene.ToPostgres(service));
            yield return Cut($"cut-{Low(service)}-broker", $"the network between {service} and RabbitMQ", service == "Scheduling" ? 30 : 5, scene => scene.ToRabbitMq(service));
        }

        yield return Cut("cut-identity-postgres", "the network between Identity and PostgreSQL", 5, scene => scene.ToPostgres("Identity"));
        foreach (var service in (string[])["Enrollment", "Scheduling"])
        {
            yield return Ending($"silent-leader-{Low(service)}-postgres", $"the network between {service}'s leader and PostgreSQL holds everything back for 5 s", async scene =>
            {
                var leader = await scene.Leader(service);
                var line = scene.ToPostgres(service, leader.Replica).Single();
                line.Hush();
                await Task.WhenAll(Scene.For(5), scene.TakenOver(leader));
                line.Mend();
            });
        }

        yield return Ending("silent-in-transaction", "the same between the other replica of Scheduling and PostgreSQL, in the middle of a transaction, until the server has ended it", async scene =>
        {
            var line = scene.ToPostgres("Scheduling", (await scene.Follower("Scheduling")).Replica).Single();
            // Late, a transaction lasts for seconds; again until one is open when the line falls silent.
            await Story.Until(async () =>
            {
                line.Mend();
                line.Late = TimeSpan.FromMilliseconds(300);
                await Scene.For(1);
                line.Hush();
                await Scene.For(2);
                return await Waiting() > 0;
            }, "a transaction is open");
            await Story.Until(async () => await Waiting() == 0, "it is ended");
            line.Mend();

            async Task<long> Waiting() => (long)(await scene.Platform.Sql("postgres",
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'tremplin_scheduling' AND state = 'idle in transaction' AND state_change < now() - interval '1 second'"))[0][0];
        });
        yield return Bad("silent-postgres", "the network between every service and PostgreSQL holds everything back for 5 s", 5, scene => Task.FromResult(scene.ToPostgres()), line => line.Hush());
        yield return Bad("silent-leader-broker", "the network between Scheduling's leader and RabbitMQ holds everything back for 15 s", 15,
            async scene => scene.ToRabbitMq("Scheduling", (await scene.Leader("Scheduling")).Replica), line => line.Hush());
        yield return Bad("silent-broker", "the network between every service and RabbitMQ holds everything back for 5 s", 5, scene => Task.FromResult(scene.ToRabbitMq()), line => line.Hush());
        yield return Bad("late-postgres", "everything between the services and PostgreSQL is 200 ms late, each way, for 5 s", 5, scene => Task.FromResult(scene.ToPostgres()), line => line.Late = TimeSpan.FromMilliseconds(200));
        yield return Bad("late-broker", "everything between the services and RabbitMQ is 200 ms late, each way, for 5 s", 5, scene => Task.FromResult(scene.ToRabbitMq()), line => line.Late = TimeSpan.FromMilliseconds(200));
        yield return Bad("narrow-broker", "2 kB a second pass between each service and RabbitMQ for 5 s", 5, scene => Task.FromResult(scene.ToRabbitMq()), line => line.BytesPerSecond = 2000);
        yield return Bad("narrow-postgres", "20 kB a second pass on each connection to PostgreSQL for 5 s", 5, scene => Task.FromResult(scene.ToPostgres()), line => line.BytesPerSecond = 20_000);
    }

    private static IEnumerable<Kind> Limits()
    {
        if (Disk.Possible)
        {
            yield return Ending("postgres-disk-full", "the disk of PostgreSQL is full for 5 s; if the server ends by it, it is started again", async scene =>
            {
                scene.Disk!.Fill();
                await Scene.For(5);
                scene.Disk.Empty();
                if (!scene.Server("postgres").Alive)
                    await scene.Platform.Servers.StartDatabaseAsync();
            });
        }

        yield return Ending("postgres-slow-disk", "each commit in PostgreSQL waits a tenth of a second for the disk (commit_delay), for 5 s", async scene =>
        {
            await Set(scene, "commit_delay = 100000", "commit_siblings = 0");
            await Scene.For(5);
            await Set(scene, "commit_delay = 0", "commit_siblings = 5");
        });
        yield return Ending("postgres-no-connections", "every connection that PostgreSQL allows is taken for 5 s, and the services' own are ended", async scene =>
        {
            var taken = new List<NpgsqlConnection>();
            try
            {
                var ended = false;
                for (var begun = Stopwatch.StartNew(); begun.Elapsed < TimeSpan.FromSeconds(5);)
                {
                    try
                    {
                        var one = new NpgsqlConnection(scene.Platform.Role("tremplin_auditor", "enrollment") + ";Pooling=false");
                        await one.OpenAsync();
                        taken.Add(one);
                    }
                    catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.TooManyConnections)
                    {
                        if (!ended)
                            await scene.Platform.Sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'tremplin\\_%' AND usename <> 'tremplin_auditor'");
                        ended = true;
                    }
                }
            }
            finally
            {
                foreach (var one in taken)
                    await one.DisposeAsync();
            }
        });
        yield return Ending("postgres-lock", "somebody holds a lock on the tables of events of Enrollment and of Scheduling for 5 s", scene => Task.WhenAll(((string[])["enrollment", "scheduling"]).Select(async store =>
        {
            await using var holder = new NpgsqlConnection(scene.Platform.Servers.PostgresConnectionString(store) + ";Pooling=false");
            await holder.OpenAsync();
            await using var transaction = await holder.BeginTransactionAsync();
            await using var taking = new NpgsqlCommand($"LOCK TABLE {store}.mt_events IN ACCESS EXCLUSIVE MODE", holder);
            await taking.ExecuteNonQueryAsync();
            await Scene.For(5);
        })));
        yield return Ending("broker-disk-alarm", "RabbitMQ finds its disk nearly full and blocks publishers for 5 s", async scene =>
        {
            await scene.RabbitMqCtl("set_disk_free_limit", "1000000GB");
            await Scene.For(5);
            await scene.RabbitMqCtl("set_disk_free_limit", "50MB");
        });
        yield return Ending("broker-memory-alarm", "RabbitMQ finds that it uses too much memory and blocks publishers for 5 s", async scene =>
        {
            await scene.RabbitMqCtl("set_vm_memory_high_watermark", "absolute", "1MB");
            await Scene.For(5);
            await scene.RabbitMqCtl("set_vm_memory_high_watermark", "absolute", "1GB");
        });
        yield return Ending("broker-full-queue", "Scheduling is cut off from RabbitMQ for 5 s and its queue takes no more than five messages (reject-publish), for 4 s longer", async scene =>
        {
            using var broker = new Broker(scene.Platform.Servers.Management!, scene.Platform.Servers.RabbitMq.UserInfo);
            await broker.PutAsync("policies/%2F/full", new JsonObject
            {
                ["pattern"] = @"^scheduling\.request-seat$",
                ["apply-to"] = "queues",
                ["priority"] = 100,
                ["definition"] = new JsonObject { ["max-length"] = 5, ["overflow"] = "reject-publish" },
            }, TestContext.Current.CancellationToken);
            foreach (var line in scene.ToRabbitMq("Scheduling"))
                line.Break();
            await using var connection = await scene.Platform.Broker();
            await using var channel = await connection.CreateChannelAsync();
            await Task.WhenAll(Scene.For(5), Story.Until(async () => (await channel.QueueDeclarePassiveAsync("scheduling.request-seat")).MessageCount >= 5, "the queue is full"));
            (await channel.QueueDeclarePassiveAsync("scheduling.request-seat")).MessageCount.Should().BeLessThan(20, "it takes no more");
            foreach (var line in scene.ToRabbitMq("Scheduling"))
                line.Mend();
            // Emptied before the limit goes: RabbitMQ 3.10 tells a publisher that it may go on when the queue falls below its limit, and
            // one without a limit never falls below it.
            await Task.WhenAll(Scene.For(4), Story.Until(async () => (await channel.QueueDeclarePassiveAsync("scheduling.request-seat")).MessageCount == 0, "the queue is empty"));
            await broker.DeleteAsync("policies/%2F/full", TestContext.Current.CancellationToken);
        });
    }

    private static IEnumerable<Kind> Contents()
    {
        yield return Ending("clock-forward", "the clock of every service goes forward by an hour", scene =>
        {
            scene.SetClock(scene.Now.AddHours(1));
            return Task.CompletedTask;
        });
        yield return Ending("clock-backward", "the clock of every service goes back by an hour", scene =>
        {
            scene.SetClock(scene.Now.AddHours(-1));
            return Task.CompletedTask;
        });
        yield return Ending("announcer-stopped", "what Enrollment's announcer has sent cannot be noted for 5 s (a constraint refuses it), until Marten stops it", async scene =>
        {
            await scene.Platform.Sql("enrollment", "ALTER TABLE enrollment.mt_event_progression ADD CONSTRAINT fault CHECK (name NOT LIKE 'Announcer%') NOT VALID");
            await Scene.For(5);
            await scene.Platform.Sql("enrollment", "ALTER TABLE enrollment.mt_event_progression DROP CONSTRAINT fault");
        });
        yield return Ending("poison", "ten messages come that nobody can read, among the others", async scene =>
        {
            await using var connection = await scene.Platform.Broker();
            await using var channel = await connection.CreateChannelAsync();
            foreach (var _ in Enumerable.Range(0, 10))
            {
                var properties = new BasicProperties { MessageId = $"poison-{Guid.NewGuid()}", ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
                await channel.BasicPublishAsync("enrollment.seat-requested.v1", "", mandatory: false, properties, Encoding.UTF8.GetBytes("}{"));
            }
        }, parks: 10);
    }

    private static Kind Cut(string name, string what, int seconds, Func<Scene, IReadOnlyList<Line>> lines) =>
        Bad(name, $"{what} is cut for {seconds} s", seconds, scene => Task.FromResult(lines(scene)), line => line.Break());

    private static Kind Bad(string name, string what, int seconds, Func<Scene, Task<IReadOnlyList<Line>>> which, Action<Line> worsen) => Ending(name, what, async scene =>
    {
        var lines = await which(scene);
        lines.Should().NotBeEmpty();
        foreach (var line in lines)
            worsen(line);
        await Scene.For(seconds);
        foreach (var line in lines)
            line.Mend();
    });

    // Recovery is measured from its beginning: it does not end by itself.
    private static Kind Lasting(string name, string what, Func<Scene, Task> act) => new(name, what, async scene =>
    {
        var since = Stopwatch.StartNew();
        await act(scene);
        return since;
    });

    // Recovery is measured from its end.
    private static Kind Ending(string name, string what, Func<Scene, Task> act, int parks = 0) => new(name, what, async scene =>
    {
        await act(scene);
        return Stopwatch.StartNew();
    }, parks);

    private static async Task KillAndStart(params IReadOnlyList<ServiceProcess> replicas)
    {
        await Task.WhenAll(replicas.Select(r => r.KillAsync()));
        foreach (var replica in replicas)
            replica.StartAgain();
    }

    private static async Task Set(Scene scene, params IEnumerable<string> settings)
    {
        await using var source = NpgsqlDataSource.Create(scene.Platform.Servers.PostgresConnectionString("postgres") + ";Pooling=false");
        foreach (var statement in settings.Select(s => $"ALTER SYSTEM SET {s}").Append("SELECT pg_reload_conf()"))
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

#pragma warning disable CA1308 // Names are in lower case.
    private static string Low(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308
}
