using System.Security.Cryptography;
using JasperFx;
using Marten;
using Polly;
using Polly.Retry;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Tremplin.Contracts.Partners.V1;
using Tremplin.Defaults;
using Tremplin.Enrollment.Applications;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Partners;

/// <summary>The first answer to a partner's command. Sent again, the command is answered with it.</summary>
/// <param name="Id">Follows from the partner and the message's id.</param>
/// <param name="Answer">The answer, a CloudEvent.</param>
public sealed record Receipt(Guid Id, string Answer);

/// <summary>
/// The door for partners' commands. Every message is answered on the partner's events before it is acknowledged: what
/// cannot be read is answered and parked, what meets an outage waits for its end.
/// </summary>
public sealed class PartnerCommands(
    Exchange exchange, Replay replay, Apply apply, Shell shell, IDocumentStore store, Clock clock, IConfiguration configuration, ILogger<PartnerCommands> log)
    : BackgroundService
{
    /// <summary>Where commands wait, and where those lie that could not be handled: sealed, for thirty days.</summary>
    public const string Queue = "enrollment.partner-commands", Parking = "enrollment.partner-commands_parked";

    private const ushort AtOnce = 200;

    private static readonly ResiliencePipeline UntilItWorks = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException && Bus.Outage(e))
            .Handle<AlreadyClosedException>().Handle<OperationInterruptedException>().Handle<BrokerUnreachableException>().Handle<PublishException>(),
        MaxRetryAttempts = int.MaxValue,
        Delay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(2),
        BackoffType = DelayBackoffType.Exponential,
    }).Build();

    private readonly LearnerKey _parkingKey = new(Guid.Empty, Secrets.Bytes(Path.Combine(configuration["Secrets:Folder"]!, "parking.key"), 32));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("The partners' commands cannot be read now; trying again. {Kind}", e.GetType());
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Listen(CancellationToken stopping)
    {
        await using var channel = await exchange.Channel(confirms: false, AtOnce, stopping);
        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = Bus.DeliveryLimit };
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, quorum, cancellationToken: stopping);
        await channel.QueueBindAsync(Queue, Exchange.Commands, "partner.#", cancellationToken: stopping);
        var parking = new Dictionary<string, object?>(quorum) { ["x-message-ttl"] = (long)TimeSpan.FromDays(30).TotalMilliseconds };
        await channel.QueueDeclareAsync(Parking, durable: true, exclusive: false, autoDelete: false, parking, cancellationToken: stopping);
        // By the broker's own exchange a service could write to every queue, and so may not use it.
        await channel.ExchangeDeclareAsync(Parking, ExchangeType.Fanout, durable: true, cancellationToken: stopping);
        await channel.QueueBindAsync(Parking, Parking, "", cancellationToken: stopping);
        await channel.BasicQosAsync(0, AtOnce, global: false, stopping);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) => Receive(channel, message, stopping);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, stopping);
        await closed.Task.WaitAsync(stopping);
    }

    private async Task Receive(IChannel channel, BasicDeliverEventArgs message, CancellationToken stopping)
    {
        try
        {
            var incoming = new Incoming(message.RoutingKey, message.BasicProperties.UserId, message.Body.ToArray());
            await UntilItWorks.ExecuteAsync(async attempt => await exchange.Publish(await Answered(incoming, attempt), attempt), stopping);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stopping);
        }
        catch (Exception e) when (e is OperationCanceledException or AlreadyClosedException)
        {
            // Not acknowledged: the broker gives it to whoever listens next, and the receipt knows its answer.
        }
        catch (Exception e)
        {
            log.LogError("A partner's command failed and is tried again: {Kind}\n{Stack}", e.GetType(), e.StackTrace);
            await Task.Delay(TimeSpan.FromSeconds(1), stopping);
            await channel.BasicNackAsync(message.DeliveryTag, multiple: false, requeue: true, stopping);
        }
    }

    /// <summary>The answer to a message; what it asks for is committed, or it is parked, when this returns.</summary>
    private async Task<CloudEvent> Answered(Incoming message, CancellationToken cancellation)
    {
        var read = Reading.Of(message);
        if (read.Fault is { } fault)
            return await Rejected(message, read, fault, cancellation);
        var id = NameBased.Id("command", read.Partner, read.MessageId!);
        await using var session = store.LightweightSession();
        if (await session.LoadAsync<Receipt>(id, cancellation) is { } first)
            return CloudEvent.Stored(read.Partner, id, first.Answer);
        object answer;
        try
        {
            answer = await Do(read, id, cancellation);
        }
        catch (Exception e) when (!Bus.Outage(e) && !FromBroker(e))
        {
            log.LogError("A partner's command could not be handled: {Kind}\n{Stack}", e.GetType(), e.StackTrace);
            return await Rejected(message, read, new("", "internal", "The command could not be handled. It is kept and will be looked at."), cancellation);
        }

        if (answer is Fault late)
            return await Rejected(message, read, late, cancellation);
        var sent = CloudEvent.Answer(read.Partner, id, answer, clock.Now);
        try
        {
            session.Insert(new Receipt(id, sent.Text()));
            await session.SaveChangesAsync(cancellation);
        }
        catch (DocumentAlreadyExistsException)
        {
            // The same command, at the same moment, on another replica.
            return await Answered(message, cancellation);
        }

        return sent;
    }

    private async Task<object> Do(Read read, Guid id, CancellationToken cancellation)
    {
        var origin = new Origin(read.Partner, read.Partner, id, id, id, System.Diagnostics.Activity.Current?.Id);
        switch (read.Data)
        {
            case ApplyForTraining asked:
                var form = new ApplicationForm(
                    asked.ApplicationRef, asked.OrganisationRef,
                    new(asked.Person.FirstName, asked.Person.LastName, asked.Person.Email, asked.Person.BirthDate),
                    asked.Role, asked.Programme, asked.AppliedOn, asked.CohortId, read.Partner);
                if (form.Faults().FirstOrDefault() is { Field: not null } fault)
                    return new Fault(Pointer(fault.Field), "invalid", fault.Reason);
                var received = await apply.Receive(form, origin, preview: false, cancellation);
                if (received.ReviewId is not null)
                    return new CommandAnswered(read.MessageId!, read.Command, CommandOutcome.Accepted, Code: received.Code, Reason: received.Reason);
                return received.Outcome is { } outcome
                    ? Answer(outcome, received.RecordId)
                    : new CommandAnswered(read.MessageId!, read.Command, CommandOutcome.Refused, Code: received.Code, Reason: received.Reason);
            case WithdrawApplication asked:
                return await OfRecord(asked.RecordId, new Withdraw((TrainingRecords.WithdrawalReason)asked.Reason));
            case AcceptOffer asked:
                return await OfRecord(asked.RecordId, new AnswerOffer(Accept: true));
            case DeclineOffer asked:
                return await OfRecord(asked.RecordId, new AnswerOffer(Accept: false));
            case RequestReplay asked:
                return await replay.Send(read.Partner, asked, cancellation) is { } sent
                    ? new CommandAnswered(read.MessageId!, read.Command, CommandOutcome.Accepted, EventsSent: sent)
                    : Refused("replay-running", "A replay for this partner is still running.");
            default:
                throw new InvalidOperationException($"{read.Command} has no door.");
        }

        async Task<object> OfRecord(Guid record, ICommand<TrainingRecord> command)
        {
            await using var session = store.QuerySession();
            return await session.LoadAsync<TrainingRecord>(record, cancellation) is { } known && known.Application!.Partner == read.Partner
                ? Answer(await shell.Handle(record, command, origin), record)
                : Refused(Problems.Unknown, "There is no such record of this partner.");
        }

        object Answer(Defaults.Outcome<TrainingRecord> outcome, Guid record) => outcome.Refusal is { } refusal
            ? Refused(refusal.Code, refusal.Reason)
            : new CommandAnswered(read.MessageId!, read.Command, CommandOutcome.Accepted, record, outcome.Version);

        CommandAnswered Refused(string code, string reason) =>
            new(read.MessageId!, read.Command, CommandOutcome.Refused, Code: code, Reason: reason);
    }

    private async Task<CloudEvent> Rejected(Incoming message, Read read, Fault fault, CancellationToken cancellation)
    {
        var box = _parkingKey.Seal(Convert.ToBase64String(message.Body.Span));
        await exchange.Park(Parking, box.Text, message, fault, clock.Now, cancellation);
        var id = NameBased.Id("rejected", message.RoutingKey, Convert.ToHexStringLower(SHA256.HashData(message.Body.Span)));
        return CloudEvent.Answer(
            read.Partner, id, new MessageRejected(fault.Pointer, fault.Code, fault.Reason, read.Command, read.MessageId), clock.Now);
    }

    private static bool FromBroker(Exception e) =>
        e is AlreadyClosedException or OperationInterruptedException or BrokerUnreachableException or PublishException;

    private static string Pointer(string column) => column switch
    {
        "first_name" or "last_name" or "email" or "birth_date" => "/data/person/" + Camel(column),
        _ => "/data/" + Camel(column),
    };

    private static string Camel(string column) =>
        string.Concat(column.Split('_').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
}
