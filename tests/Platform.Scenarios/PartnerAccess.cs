using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Tremplin.Cli.Machine;
using Tremplin.Cli.Partners;

namespace Tremplin.Scenarios;

/// <summary>Two partners of the shared platform, and the operator who gave them their accounts.</summary>
public sealed class TwoPartners(OnePlatform one) : IAsyncLifetime
{
    private readonly Uri _management = one.Platform.Servers.Management!;
    private readonly Uri _amqp = one.Platform.Servers.RabbitMq;

    internal Cli.Partners.PartnerAccess Access => field ??= new(
        _management, _amqp, one.Platform.Identity.Url, one.Platform.Enrollment[0].Url, Platform.ClientsFile(one.Platform.Folder));

    internal Broker Broker => field ??= new(_management, _amqp.UserInfo);

    internal AmqpUser Ours { get; private set; } = null!;

    internal AmqpUser Theirs { get; private set; } = null!;

    internal static string NewId() => $"incub-{Guid.NewGuid():N}"[..20];

    /// <summary>Opens a connection, as an operator who gets no partner's account does.</summary>
    public Task<IConnection> Operator() => new ConnectionFactory { Uri = _amqp }.CreateConnectionAsync();

    internal static Task<IConnection> As(AmqpUser partner) => new ConnectionFactory
    {
        Uri = new(partner.Uri),
        UserName = partner.User,
        Password = partner.Password,
        AutomaticRecoveryEnabled = false,
    }.CreateConnectionAsync();

    internal async Task<JsonObject?> Find(string list, string key, string value) =>
        (await Broker.ListAsync(list, TestContext.Current.CancellationToken)).FirstOrDefault(item => (string?)item[key] == value);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Ours = (await Access.AddAsync(NewId())).Amqp!;
        Theirs = (await Access.AddAsync(NewId())).Amqp!;
        await using var connection = await As(Theirs);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync($"partner.{Theirs.User}.events", durable: true, exclusive: false, autoDelete: false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Access.RemoveAsync(Ours.User);
        await Access.RemoveAsync(Theirs.User);
        Access.Dispose();
        Broker.Dispose();
    }
}

/// <summary>What the broker lets a partner do with the account that it was given, and what an operator can do with the account.</summary>
public sealed class PartnerAccess(OnePlatform one, TwoPartners two) : IClassFixture<TwoPartners>
{
    private const ushort AccessRefused = 403, PreconditionFailed = 406, NotAllowed = 530;

    private string Us => two.Ours.User;

    private string Them => two.Theirs.User;

    [Theory]
    [InlineData("#")]
    [InlineData("*.training-record.#")]
    [InlineData("THEM.#")]
    [InlineData("US")]
    [InlineData("USx.#")]
    public async Task Binding_outside_its_keys_is_refused(string key)
    {
        var refusal = await Refused(async channel =>
        {
            await channel.QueueDeclareAsync($"partner.{Us}.too-much", durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync($"partner.{Us}.too-much", "training.events", Of(key));
        });

        Denies(refusal, $"access to topic '{Of(key)}' in exchange 'training.events' in vhost '/'");
    }

    [Fact]
    public async Task Reading_the_queue_of_another_is_refused()
    {
        var refusal = await Refused(channel => channel.BasicGetAsync($"partner.{Them}.events", autoAck: true));

        Denies(refusal, $"access to queue 'partner.{Them}.events' in vhost '/'");
    }

    [Theory]
    [InlineData("partner.THEM.apply-for-training.v1")]
    [InlineData("partner.US.apply-for-training")]
    [InlineData("x.partner.US.apply-for-training.v1")]
    public async Task Writing_a_command_that_is_not_its_own_is_refused(string key)
    {
        var refusal = await Refused(channel => channel.BasicPublishAsync("training.commands", Of(key), "{}"u8.ToArray()).AsTask());

        Denies(refusal, $"access to topic '{Of(key)}' in exchange 'training.commands' in vhost '/'");
    }

    [Theory]
    [InlineData("training.events")]
    [InlineData("training.notices")]
    [InlineData("")]
    public async Task Writing_elsewhere_is_refused(string exchange)
    {
        var refusal = await Refused(channel => channel.BasicPublishAsync(exchange, $"partner.{Them}.events", "{}"u8.ToArray()).AsTask());

        Denies(refusal, $"access to exchange '{(exchange is "" ? "amq.default" : exchange)}' in vhost '/'");
    }

    [Fact]
    public async Task A_false_sender_is_refused()
    {
        var refusal = await Refused(channel => channel.BasicPublishAsync("training.commands", $"partner.{Us}.apply-for-training.v1", mandatory: false,
            new BasicProperties { UserId = Them }, "{}"u8.ToArray()).AsTask());

        refusal.Should().Be((PreconditionFailed, $"PRECONDITION_FAILED - user_id property set to '{Them}' but authenticated user was '{Us}'"));
    }

    // The broker checks no key on this way: that a command bears its sender's name is what tells it from another's.
    [Fact]
    public async Task A_false_sender_is_refused_by_way_of_an_exchange_of_its_own_too()
    {
        var refusal = await Refused(async channel =>
        {
            await channel.ExchangeDeclareAsync($"partner.{Us}.detour", ExchangeType.Topic, durable: true);
            await channel.ExchangeBindAsync("training.commands", $"partner.{Us}.detour", "#");
            await channel.BasicPublishAsync($"partner.{Us}.detour", $"partner.{Them}.apply-for-training.v1", mandatory: false,
                new BasicProperties { UserId = Them }, "{}"u8.ToArray());
        });

        refusal.Code.Should().Be(PreconditionFailed);
    }

    /// <summary>What goes there comes to other partners as the platform's own word.</summary>
    [Theory]
    [InlineData("training.events")]
    [InlineData("training.notices")]
    public async Task Writing_elsewhere_is_refused_by_way_of_an_exchange_of_its_own_too(string exchange)
    {
        var refusal = await Refused(async channel =>
        {
            await channel.ExchangeDeclareAsync($"partner.{Us}.detour", ExchangeType.Topic, durable: true);
            await channel.ExchangeBindAsync(exchange, $"partner.{Us}.detour", "#");
        });

        Denies(refusal, $"access to exchange '{exchange}' in vhost '/'");
    }

    [Theory]
    [InlineData("partner.THEM.more")]
    [InlineData("scheduling.request-seat")]
    [InlineData("partner.US")]
    [InlineData("xpartner.US.events")]
    public async Task Declaring_a_queue_outside_its_names_is_refused(string queue)
    {
        var refusal = await Refused(channel => channel.QueueDeclareAsync(Of(queue), durable: true, exclusive: false, autoDelete: false));

        Denies(refusal, $"access to queue '{Of(queue)}' in vhost '/'");
    }

    [Fact]
    public async Task A_connection_over_the_limit_is_refused()
    {
        var partner = (await two.Access.AddAsync(TwoPartners.NewId(), connections: 2)).Amqp!;
        await using var first = await TwoPartners.As(partner);
        await using var second = await TwoPartners.As(partner);
        await Story.Until(async () => (await two.Broker.ListAsync($"connections/username/{partner.User}", TestContext.Current.CancellationToken)).Count == 2,
            "the broker has counted them");

        var refusal = await Closed(partner);

        refusal.ReplyCode.Should().Be(NotAllowed);
        refusal.ReplyText.Should().ContainEquivalentOf($"connection refused for user '{partner.User}'").And.Contain("limit (2) is reached");
        (first.IsOpen, second.IsOpen).Should().Be((true, true));
        await two.Access.RemoveAsync(partner.User);
        await Story.Until(() => Task.FromResult(!first.IsOpen && !second.IsOpen), "its connections are closed with it");
    }

    [Fact]
    public async Task Its_own_events_and_commands_pass()
    {
        await using var house = await two.Operator();
        await using var platform = await house.CreateChannelAsync();
        await using var ours = await TwoPartners.As(two.Ours);
        await using var partner = await ours.CreateChannelAsync();
        var (events, commands) = ($"partner.{Us}.events", (await platform.QueueDeclareAsync()).QueueName);
        await platform.QueueBindAsync(commands, "training.commands", $"partner.{Us}.#");
        await partner.QueueDeclareAsync(events, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await partner.QueueBindAsync(events, "training.events", $"{Us}.#");

        await platform.BasicPublishAsync("training.events", $"{Us}.training-record.completed.v1", "completed"u8.ToArray());
        await platform.BasicPublishAsync("training.events", $"{Them}.training-record.completed.v1", "not ours"u8.ToArray());
        await partner.BasicPublishAsync("training.commands", $"partner.{Us}.apply-for-training.v1", mandatory: true, new BasicProperties { UserId = Us }, "apply"u8.ToArray());

        Encoding.UTF8.GetString((await Next(partner, events)).Body.Span).Should().Be("completed");
        Encoding.UTF8.GetString((await Next(partner, events)).Body.Span).Should().Contain("message.rejected", "this is no command; theirs does not come");
        var command = await Next(platform, commands);
        (Encoding.UTF8.GetString(command.Body.Span), command.BasicProperties.UserId).Should().Be(("apply", Us));
        await Story.Until(async () => (string?)(await two.Find("queues/%2F", "name", events))?["policy"] == $"partner-{Us}", "the partner's policy applies to its queue");
    }

    [Fact]
    public async Task What_is_for_all_comes_to_each_that_binds_to_it()
    {
        await using var house = await two.Operator();
        await using var platform = await house.CreateChannelAsync();
        foreach (var user in new[] { two.Ours, two.Theirs })
        {
            await using var connection = await TwoPartners.As(user);
            await using var partner = await connection.CreateChannelAsync();
            await partner.QueueDeclareAsync($"partner.{user.User}.notices", durable: true, exclusive: false, autoDelete: false);
            await partner.QueueBindAsync($"partner.{user.User}.notices", "training.notices", "example.#");
        }

        await platform.BasicPublishAsync("training.notices", "example.given.v1", "for all"u8.ToArray());

        Encoding.UTF8.GetString((await Next(platform, $"partner.{Us}.notices")).Body.Span).Should().Be("for all");
        Encoding.UTF8.GetString((await Next(platform, $"partner.{Them}.notices")).Body.Span).Should().Be("for all");
    }

    [Fact]
    public async Task Added_again_it_stays_as_it_is()
    {
        var before = await State(Us);

        var again = await two.Access.AddAsync(Us);

        again.Should().BeEquivalentTo(new { Partner = Us, Created = false, Amqp = (AmqpUser?)null, OAuth = (OAuthClient?)null });
        again.Repaired.Should().BeEmpty();
        before.Drifted.Should().BeEmpty();
        before.Should().BeEquivalentTo(new { ConnectionLimit = 5, ChannelLimit = 20 });
        await using var connection = await TwoPartners.As(two.Ours);
    }

    [Fact]
    public async Task Added_again_it_is_put_right_and_keeps_its_limits_and_secrets()
    {
        var account = await two.Access.AddAsync(TwoPartners.NewId());
        var (partner, stop) = (account.Partner, TestContext.Current.CancellationToken);
        await two.Access.LimitsAsync(partner, connections: 3, stop: stop);
        await two.Broker.PutAsync($"permissions/%2F/{partner}", new() { ["configure"] = ".*", ["write"] = ".*", ["read"] = ".*" }, stop);
        await two.Broker.DeleteAsync($"topic-permissions/%2F/{partner}", stop);
        await two.Broker.DeleteAsync($"policies/%2F/partner-{partner}", stop);
        var user = (await two.Find("users", "name", partner))!;
        await two.Broker.PutAsync($"users/{partner}", new()
        {
            ["password_hash"] = user["password_hash"]!.DeepClone(),
            ["hashing_algorithm"] = user["hashing_algorithm"]!.DeepClone(),
            ["tags"] = "monitoring",
        }, stop);
        string[] drifted = ["tags", "policy", "topic permissions on training.events", "topic permissions on training.commands", "permissions"];
        (await State(partner)).Drifted.Should().BeEquivalentTo(drifted);

        var again = await two.Access.AddAsync(partner);

        again.Repaired.Should().BeEquivalentTo(drifted);
        (again.Amqp, again.OAuth).Should().Be((null, null));
        (await State(partner)).Should().BeEquivalentTo(new { ConnectionLimit = 3, ChannelLimit = 20, Drifted = Array.Empty<string>() });
        await using (await TwoPartners.As(account.Amqp!))
            (await Token(account.OAuth!)).Should().NotBeNull();
        await two.Access.RemoveAsync(partner);
    }

    [Fact]
    public async Task New_secrets_end_the_old_ones()
    {
        var old = await two.Access.AddAsync(TwoPartners.NewId());
        await using var open = await TwoPartners.As(old.Amqp!);

        var fresh = await two.Access.RotateAsync(old.Partner);

        await Story.Until(() => Task.FromResult(!open.IsOpen), "the connection of the old password is closed");
        var before = async () => await TwoPartners.As(old.Amqp!);
        (await before.Should().ThrowAsync<BrokerUnreachableException>()).Which.GetBaseException().Should().BeAssignableTo<AuthenticationFailureException>();
        (await Token(old.OAuth!)).Should().BeNull();
        await using (await TwoPartners.As(fresh.Amqp!))
            (await Token(fresh.OAuth!)).Should().NotBeNull();
        await two.Access.RemoveAsync(old.Partner);
    }

    [Fact]
    public async Task Removed_it_leaves_nothing()
    {
        var account = await two.Access.AddAsync(TwoPartners.NewId());
        var partner = account.Partner;
        await using var connection = await TwoPartners.As(account.Amqp!);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync($"partner.{partner}.events", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueDeclareAsync($"partner.{partner}.own", durable: false, exclusive: true, autoDelete: false);
        await channel.ExchangeDeclareAsync($"partner.{partner}.within", ExchangeType.Fanout, durable: true);

        await two.Access.RemoveAsync(partner);

        await Story.Until(() => Task.FromResult(!connection.IsOpen), "its connection is closed");
        foreach (var list in (string[])["users", "permissions", "topic-permissions", "user-limits", "policies/%2F", "queues/%2F", "exchanges/%2F", "bindings/%2F"])
            (await two.Broker.ListAsync(list, TestContext.Current.CancellationToken)).Should().NotContain(item => item.ToJsonString().Contains(partner), list);
        (await two.Access.ListAsync()).Should().NotContain(state => state.Partner == partner);
        (await Token(account.OAuth!)).Should().BeNull();
        await Fails(() => two.Access.RemoveAsync(partner), $"No partner {partner}.");
    }

    [Fact]
    public async Task Removed_it_does_not_come_back_when_Identity_starts_again()
    {
        // One of those that Identity's configuration names.
        var account = await two.Access.AddAsync("dla-centre");
        await two.Access.RemoveAsync(account.Partner);

        await one.Platform.Identity.RestartAsync(TestContext.Current.CancellationToken);

        (await Token(account.OAuth!)).Should().BeNull();
    }

    [Fact]
    public async Task Its_client_gets_a_token_as_a_partner()
    {
        var account = await two.Access.AddAsync(TwoPartners.NewId());

        var claims = JsonNode.Parse(Base64Url.DecodeFromChars((await Token(account.OAuth!))!.Split('.')[1]))!;

        ((string?)claims["sub"], (string?)claims["role"], (string?)claims["organisation"]).Should().Be((account.Partner, "partner", account.Partner));
        await two.Access.RemoveAsync(account.Partner);
    }

    [Fact]
    public async Task A_partner_that_Identity_knows_already_keeps_its_client()
    {
        var known = new { Partner = "incub-anjou", File = Platform.ClientsFile(one.Platform.Folder) };
        var secret = (string?)JsonNode.Parse(await File.ReadAllTextAsync(known.File))![known.Partner]!["secret"];
        (await State(known.Partner)).Drifted.Should().Equal("no login at the broker");

        var account = await two.Access.AddAsync(known.Partner);

        account.Created.Should().BeTrue();
        account.OAuth!.ClientSecret.Should().Be(secret);
        // Others of this platform count on the client: the account alone is taken away again.
        await two.Broker.DeleteAsync($"users/{known.Partner}", TestContext.Current.CancellationToken);
        await two.Broker.DeleteAsync($"policies/%2F/partner-{known.Partner}", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("Incub", "'Incub' is no partner's id")]
    [InlineData("a", "'a' is no partner's id")]
    [InlineData("a.b", "'a.b' is no partner's id")]
    [InlineData("incub\n", "is no partner's id")]
    [InlineData("operator", "operator is of the house")]
    [InlineData("tremplin", "tremplin is of the house")]
    public async Task No_account_has_such_an_id(string id, string why)
    {
        await Fails(() => two.Access.AddAsync(id), why);
        await Fails(() => two.Access.RemoveAsync(id), why);
    }

    [Fact]
    public async Task A_user_of_the_broker_that_is_no_partner_is_left_alone()
    {
        var (user, stop) = (TwoPartners.NewId(), TestContext.Current.CancellationToken);
        await two.Broker.PutAsync($"users/{user}", new() { ["password_hash"] = "", ["tags"] = "monitoring" }, stop);

        await Fails(() => two.Access.AddAsync(user), $"{user} is a user of the broker, but not a partner's");
        await Fails(() => two.Access.RotateAsync(user), $"No partner {user}.");
        await Fails(() => two.Access.RemoveAsync(user), $"No partner {user}.");

        (await two.Find("users", "name", user)).Should().NotBeNull();
        await two.Broker.DeleteAsync($"users/{user}", stop);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_told_in_one_line()
    {
        using var nobody = new Cli.Partners.PartnerAccess(
            Ports.TakeUrl(), one.Platform.Servers.RabbitMq, one.Platform.Identity.Url, one.Platform.Enrollment[0].Url, Platform.ClientsFile(one.Platform.Folder));

        await Fails(() => nobody.AddAsync(TwoPartners.NewId()), "RabbitMQ's management API at ");
    }

    // Some brokers refuse a connection before it is open, some just after.
    private static async Task<ShutdownEventArgs> Closed(AmqpUser partner)
    {
        try
        {
            await using var connection = await TwoPartners.As(partner);
            await Story.Until(() => Task.FromResult(!connection.IsOpen), "the connection is closed");
            return connection.CloseReason!;
        }
        catch (BrokerUnreachableException e) when (e.GetBaseException() is OperationInterruptedException refused)
        {
            return refused.ShutdownReason!;
        }
    }

    // Which kind of access it is, newer brokers say as well.
    private void Denies((ushort Code, string Text) refusal, string access)
    {
        refusal.Code.Should().Be(AccessRefused);
        refusal.Text.Should().StartWith("ACCESS_REFUSED - ").And.EndWith($"{access} refused for user '{Us}'");
    }

    private static async Task Fails(Func<Task> action, string why) =>
        (await action.Should().ThrowAsync<InvalidOperationException>()).Which.Message.Should().Contain(why).And.NotMatchRegex(@"\n.*\n");

    private static async Task<BasicGetResult> Next(IChannel channel, string queue)
    {
        BasicGetResult? next = null;
        await Story.Until(async () => (next = await channel.BasicGetAsync(queue, autoAck: true)) is not null, $"there is a message in {queue}");
        return next!;
    }

    private static async Task<string?> Token(OAuthClient client)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client.ClientId,
            ["client_secret"] = client.ClientSecret,
        });
        using var answer = await http.PostAsync(client.TokenUrl, form);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"];
    }

    private string Of(string name) => name.Replace("US", Us, StringComparison.Ordinal).Replace("THEM", Them, StringComparison.Ordinal);

    private async Task<AccountState> State(string partner) => (await two.Access.ListAsync()).Single(state => state.Partner == partner);

    // What is refused closes the channel. A publication is refused after it was sent, hence the event.
    private async Task<(ushort Code, string Text)> Refused(Func<IChannel, Task> action)
    {
        await using var connection = await TwoPartners.As(two.Ours);
        await using var channel = await connection.CreateChannelAsync();
        var closed = new TaskCompletionSource<ShutdownEventArgs>();
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            closed.TrySetResult(reason);
            return Task.CompletedTask;
        };
        try
        {
            await action(channel);
        }
        catch (OperationInterruptedException)
        {
            // The event has it too.
        }
        var reason = await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return (reason.ReplyCode, reason.ReplyText);
    }
}
