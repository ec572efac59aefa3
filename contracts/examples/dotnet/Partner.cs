using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

/// <summary>
/// Delivery is at least once and a connection may go at any moment, so: what is sent is stored first and sent again with the
/// same id until it is answered, what arrives is stored before it is acknowledged, and the record's version shows what is
/// lacking.
/// </summary>
internal sealed class Partner : IDisposable
{
    private const string Domain = "org.tremplin.training.";
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY, sequence TEXT NOT NULL, record TEXT NOT NULL, version INTEGER NOT NULL,
                                          type TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (record, version));
        CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, name TEXT NOT NULL, reference TEXT UNIQUE, body TEXT NOT NULL, answer TEXT);
        """;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly JsonElement account;
    private readonly string id;
    private readonly SqliteConnection db;

    public Partner(JsonElement account, string copy)
    {
        (this.account, id) = (account, Text(account, "partner"));
        db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy }.ToString());
        db.Open();
        Run(Schema);
    }

    public void Dispose()
    {
        db.Dispose();
        http.Dispose();
    }

    /// <summary>Stores a command; it is sent, and sent again, until it is answered.</summary>
    public void Ask(string name, object data, string? reference = null)
    {
        var command = Guid.NewGuid().ToString();
        var body = JsonSerializer.Serialize(new { specversion = "1.0", id = command, source = $"/{id}", type = Domain + name, data });
        Run("INSERT OR IGNORE INTO command (id, name, reference, body) VALUES ($0, $1, $2, $3)", command, name, reference, body);
    }

    public long OpenCommands(string name = "%") =>
        Rows("SELECT count(*) FROM command WHERE answer IS NULL AND name LIKE $0", row => row.GetInt64(0), name)[0];

    private async Task Send(IChannel channel, HashSet<string> sent)
    {
        var properties = new BasicProperties { UserId = id, DeliveryMode = DeliveryModes.Persistent, ContentType = "application/cloudevents+json" };
        var open = Rows("SELECT id, name, body FROM command WHERE answer IS NULL", row => (row.GetString(0), row.GetString(1), row.GetString(2)));
        foreach (var (command, name, body) in open.Where(one => !sent.Contains(one.Item1)))
        {
            try
            {
                // Returns when the broker has it on disk.
                await channel.BasicPublishAsync("training.commands", $"partner.{id}.{name}", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
            }
            catch (PublishException refused)
            {
                // It stays open, and events still come in; when it is quiet it is tried again.
                Console.Error.WriteLine($"command not taken, tried again soon: {(refused.IsReturn ? "returned" : "nacked")}");
                return;
            }

            sent.Add(command);
        }
    }

    private void Store(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var (message, type) = (json.RootElement, Text(json.RootElement, "type"));
            if (message.TryGetProperty("sequence", out var sequence))
            {
                Run("INSERT OR IGNORE INTO event VALUES ($0, $1, $2, $3, $4, $5)",
                    Text(message, "id"), sequence.GetString(), Text(message, "subject"), message.GetProperty("recordversion").GetInt64(), type, body);
            }
            else if (type is Domain + "command.answered.v1")
            {
                Run("UPDATE command SET answer = $0 WHERE id = $1", body, Text(message.GetProperty("data"), "commandId"));
            }
            else if (type is Domain + "message.rejected.v1")
            {
                var data = message.GetProperty("data");
                Console.Error.WriteLine($"rejected: {data.GetProperty("pointer")} {data.GetProperty("reason")}");
                if (data.TryGetProperty("messageId", out var command))
                    Run("UPDATE command SET answer = $0 WHERE id = $1", body, command.GetString());
            }
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // It is acknowledged all the same: else it would come back for ever.
            Console.Error.WriteLine($"message skipped, it cannot be read: {fault.GetType().Name}");
        }
    }

    /// <summary>Records of which a version is lacking, as a later one shows.</summary>
    private List<string> Gaps() => Rows("SELECT record FROM event GROUP BY record HAVING count(*) < max(version)", row => row.GetString(0));

    /// <summary>Records of which the last version is lacking, as only the platform can tell.</summary>
    private async Task<List<string>> Behind()
    {
        var have = Rows("SELECT record, max(version) FROM event GROUP BY record", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary();
        using var digest = JsonDocument.Parse(await Get("digest"));
        return [.. digest.RootElement.GetProperty("records").EnumerateArray()
            .Where(one => have.GetValueOrDefault(Text(one, "id")) < one.GetProperty("version").GetInt64()).Select(one => Text(one, "id"))];
    }

    /// <summary>Sends what is open and stores what arrives, over any number of lost connections, until it is done.</summary>
    public async Task Follow(Func<Task<bool>> done, bool feed = false, bool settled = false)
    {
        var amqp = account.GetProperty("amqp");
        var broker = new ConnectionFactory
        {
            Uri = new(Text(amqp, "uri")),
            UserName = Text(amqp, "user"),
            Password = Text(amqp, "password"),
            RequestedHeartbeat = TimeSpan.FromSeconds(5), // an end in the midst of a frame is seen by these only
            AutomaticRecoveryEnabled = false, // this loop recovers
        };
        while (true)
        {
            try
            {
                await using var connection = await broker.CreateConnectionAsync();
                await Listen(connection, done, feed, settled);
                return;
            }
            catch (Exception lost) when (lost is not SqliteException)
            {
                // Whatever it is, a broker that starts again among it: begin anew. No message of these holds a secret.
                Console.Error.WriteLine($"connection lost: {lost.GetBaseException().Message}");
                await Task.Delay(500);
            }
        }
    }

    private async Task Listen(IConnection connection, Func<Task<bool>> done, bool feed, bool settled)
    {
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirms);
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 100, global: false);
        var inbox = $"partner.{id}.inbox";
        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        await channel.QueueDeclareAsync(inbox, durable: true, exclusive: false, autoDelete: false, quorum);
        await channel.QueueBindAsync(inbox, "training.events", $"{id}.#");
        if (feed)
            await Rebuild(); // after the queue is bound, so that nothing falls between the two
        var arrived = Channel.CreateUnbounded<(ulong Tag, string Body)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        // Passed on, so that the database is used from one place only.
        consumer.ReceivedAsync += (_, message) => Task.FromResult(arrived.Writer.TryWrite((message.DeliveryTag, Encoding.UTF8.GetString(message.Body.Span))));
        // The connection is lost, the channel is closed, or the broker ends the consumer, as when the queue is deleted.
        consumer.UnregisteredAsync += (_, _) => Task.FromResult(arrived.Writer.TryComplete(new IOException(channel.CloseReason?.ReplyText ?? "consumer ended")));
        await channel.BasicConsumeAsync(inbox, autoAck: false, consumer);
        for (var sent = new HashSet<string>(); ;)
        {
            await Send(channel, sent);
            while (await Next(arrived.Reader) is var (tag, body))
            {
                Store(body);
                await channel.BasicAckAsync(tag, multiple: false);
            }

            // It is quiet: now is the time to look whether anything is lacking.
            if (OpenCommands("request-replay.v1") == 0)
            {
                var gaps = Gaps();
                foreach (var recordId in gaps.Count == 0 && settled ? await Behind() : gaps)
                    Ask("request-replay.v1", new { recordId });
            }

            if (await done())
                return;
        }
    }

    private static async Task<(ulong Tag, string Body)?> Next(ChannelReader<(ulong, string)> arrived)
    {
        using var patience = new CancellationTokenSource(Quiet);
        try
        {
            return await arrived.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return null;
        }
    }

    // Counted: versions have no gap, so a digest that is right shows that none is lacking.
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(
        Rows("SELECT record || ' ' || count(*) || char(10) FROM event GROUP BY record ORDER BY record", row => row.GetString(0))))));

    public async Task<bool> IsWhole()
    {
        using var theirs = JsonDocument.Parse(await Get("digest"));
        return Digest() == Text(theirs.RootElement, "sha256");
    }

    public long Count(string what) => Rows($"SELECT count({what}) FROM event", row => row.GetInt64(0))[0];

    /// <summary>Fills the copy from the feed, an empty one from the start: the same bytes as over the broker.</summary>
    private async Task Rebuild()
    {
        var after = Rows("SELECT coalesce(max(sequence), '0') FROM event", row => row.GetString(0))[0];
        while (true)
        {
            using var page = JsonDocument.Parse(await Get($"events?after={long.Parse(after, CultureInfo.InvariantCulture)}"));
            if (page.RootElement.GetArrayLength() == 0)
                return;
            foreach (var message in page.RootElement.EnumerateArray())
            {
                Store(message.GetRawText());
                after = Text(message, "sequence");
            }
        }
    }

    private async Task<string> Get(string path)
    {
        var oauth = account.GetProperty("oAuth");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = Text(oauth, "clientId"),
            ["client_secret"] = Text(oauth, "clientSecret"),
        });
        using var answer = (await http.PostAsync(Text(oauth, "tokenUrl"), form)).EnsureSuccessStatusCode();
        using var token = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Text(token.RootElement, "access_token"));
        return await http.GetStringAsync(new Uri(new(Text(account, "enrollmentUrl")), path));
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private void Run(string sql, params IEnumerable<object?> values) => Rows(sql, _ => 0, values);

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params IEnumerable<object?> values)
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        foreach (var (n, value) in values.Index())
            command.Parameters.AddWithValue($"${n}", value ?? DBNull.Value);
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }
}
