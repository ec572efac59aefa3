using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using JasperFx.Events;
using MassTransit;
using Microsoft.AspNetCore.Http;

namespace Tremplin.Defaults;

/// <summary>Who asked for something and what it follows from. Stored with every event, sent with every message.</summary>
/// <param name="Actor">The client that acted, as its token names it.</param>
/// <param name="Organisation">The organisation it acted for.</param>
/// <param name="CommandId">The command that was decided. A caller may choose it: header <c>Idempotency-Key</c>.</param>
/// <param name="CorrelationId">Shared by what belongs together across services: the training record's id where there is one.</param>
/// <param name="CausationId">The event that led to this, or the command where a person did.</param>
/// <param name="TraceParent">W3C trace context of the request or message that was being handled.</param>
public sealed record Origin(
    string Actor, string Organisation, Guid CommandId, Guid CorrelationId, Guid CausationId, string? TraceParent)
{
    /// <summary>Names of the headers in the store and on messages.</summary>
    public const string ActorHeader = "actor", OrganisationHeader = "organisation", CommandHeader = "commandId",
        OccurredAtHeader = "occurredAt", TraceHeader = "traceparent", PartnerHeader = "partner";

    /// <summary>From an HTTP request, with the token's claims.</summary>
    public static ValueTask<Origin?> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var command = Id(context.Request.Headers["Idempotency-Key"]);
        var correlation = Id(context.Request.Headers["X-Correlation-Id"]);
        return ValueTask.FromResult<Origin?>(new(
            context.User.FindFirstValue("sub") ?? "nobody", context.User.FindFirstValue("organisation") ?? "none",
            command, correlation, command, Activity.Current?.Id));

        static Guid Id(string? header) => Guid.TryParse(header, out var id) ? id : Guid.CreateVersion7();
    }

    /// <summary>From a message: the same actor, caused by the event that the message announces.</summary>
    public static Origin Of(ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var cause = context.MessageId ?? throw new InvalidOperationException("The message has no id.");
        return new(
            context.Headers.Get<string>(ActorHeader) ?? "unknown", context.Headers.Get<string>(OrganisationHeader) ?? "unknown",
            cause, context.CorrelationId ?? cause, cause, Activity.Current?.Id);
    }

    /// <summary>From a service that acts by itself, because a deadline has passed.</summary>
    public static Origin Sweep(string service)
    {
        var id = Guid.CreateVersion7();
        return new($"service:{service}", "tremplin", id, id, id, Activity.Current?.Id);
    }

    /// <summary>Marks an event that is about to be appended with all this.</summary>
    /// <param name="event">The event.</param>
    /// <param name="occurredAt">When it was decided, UTC.</param>
    /// <param name="record">The training record that it is about, or null.</param>
    /// <param name="partner">The partner that reads it, or null.</param>
    public void Stamp(IEvent @event, DateTimeOffset occurredAt, Guid? record, string? partner)
    {
        @event.CorrelationId = (record ?? CorrelationId).ToString();
        @event.CausationId = CausationId.ToString();
        @event.UserName = Actor;
        @event.SetHeader(ActorHeader, Actor);
        @event.SetHeader(OrganisationHeader, Organisation);
        @event.SetHeader(CommandHeader, CommandId.ToString());
        @event.SetHeader(OccurredAtHeader, occurredAt.ToString("O", CultureInfo.InvariantCulture));
        if (TraceParent is not null)
            @event.SetHeader(TraceHeader, TraceParent);
        if (partner is not null)
            @event.SetHeader(PartnerHeader, partner);
    }
}

/// <summary>What the store knows of an event beside its data.</summary>
public static class StoredEvents
{
    /// <summary>A header that every event of ours has; empty where it does not.</summary>
    public static string Header(this IEvent @event, string name)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return @event.Headers?.GetValueOrDefault(name)?.ToString() ?? "";
    }

    /// <summary>When it happened (UTC), beside the time at which the store recorded it.</summary>
    public static DateTimeOffset OccurredAt(this IEvent @event) =>
        DateTimeOffset.Parse(@event.Header(Origin.OccurredAtHeader), CultureInfo.InvariantCulture);

    /// <summary>The event without the store's types.</summary>
    public static Recorded Recorded(this IEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return new(@event.Id, @event.StreamId, @event.Version, @event.Data, @event.OccurredAt());
    }

    /// <summary>The event as a history shows it. Personal data stays sealed.</summary>
    public static object Shown(this IEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        return new
        {
            @event.Version,
            type = @event.EventTypeName,
            occurredAt = @event.OccurredAt(),
            recordedAt = @event.Timestamp,
            actor = @event.Header(Origin.ActorHeader),
            organisation = @event.Header(Origin.OrganisationHeader),
            commandId = @event.Header(Origin.CommandHeader),
            eventId = @event.Id,
            @event.CorrelationId,
            @event.CausationId,
            data = @event.Data,
        };
    }
}
