using System.Security.Cryptography;
using System.Text;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Tremplin.Certification.Credentials;
using Tremplin.Certification.Paper;
using Tremplin.Defaults;

namespace Tremplin.Certification.Certificates;

/// <summary>
/// R39: makes the documents of a certificate, once, and keeps them beside the events: whoever asks again gets those. They are
/// made before the event that tells of them, and wait for it however often a process dies in between. What names the holder is
/// sealed under the learner's key, as everything is.
/// </summary>
/// <param name="database">The database of this service.</param>
/// <param name="store">How events are written.</param>
/// <param name="keys">The learners' keys.</param>
/// <param name="issuer">The keys that sign.</param>
/// <param name="links">The holders' links.</param>
/// <param name="address">The platform's public address.</param>
/// <param name="provider">Who trains, for funders.</param>
public sealed class Printer(
    [FromKeyedServices("printed")] NpgsqlDataSource database, IDocumentStore store, LearnerKeys keys, IssuerKeys issuer, HolderLinks links, PublicAddress address, Provider provider)
{
    /// <summary>The signed credential that names nobody.</summary>
    public const string Credential = "credential";

    /// <summary>The signed credential with the holder's name.</summary>
    public const string HolderCredential = "holder-credential";

    /// <summary>The certificate on paper.</summary>
    public const string Certificate = "certificate.pdf";

    /// <summary>The <i>certificat de réalisation</i>, for funders.</summary>
    public const string Realisation = "realisation.pdf";

    // R42: a list that is this full is left, so that drawing a free bit stays quick.
    private const int Full = StatusList.Length / 5 * 4;

    private const int CountedEach = 500;

    private static readonly string[] Names = [Credential, HolderCredential, Certificate, Realisation];

    // R42: none but those that nobody has; a row is never removed, so none is drawn again.
    private const string Free =
        "SELECT i FROM unnest($2) i WHERE NOT EXISTS (SELECT FROM certification.printed_certificate WHERE status_list = $1 AND status_index = i) LIMIT 1";

    private long _drawn;
    private volatile int _list = 1;

    /// <summary>The table.</summary>
    public static InSql Table => new("certification", "printed_certificate",
        """
        CREATE TABLE certification.printed_certificate (
            id                   uuid    NOT NULL PRIMARY KEY,
            status_list          integer NOT NULL,
            status_index         integer NOT NULL,
            issued               jsonb   NOT NULL,
            credential           bytea   NOT NULL,
            holder_credential    bytea   NOT NULL,
            certificate          bytea   NOT NULL,
            realisation          bytea   NOT NULL,
        CONSTRAINT printed_certificate_bit UNIQUE (status_list, status_index)
        )
        """,
        "FROM pg_constraint WHERE conrelid = to_regclass('certification.printed_certificate') AND conname = 'printed_certificate_bit'");

    /// <summary>R38: why none is printed for a learner whose key is gone or withheld: nobody knows any more whom it is for.</summary>
    public static Decision.Rejected Nobody { get; } =
        (Decision.Rejected)Decision.Refuse("learner-erased", "The learner is erased, or is going to be: no certificate is issued.");

    /// <summary>The event that issues a certificate, with what was made of its claims; the same whenever it is asked. Null where <see cref="Nobody"/> says why.</summary>
    /// <param name="id">The certificate.</param>
    /// <param name="claims">Its claims, as they are now.</param>
    /// <param name="now">The instant.</param>
    public async Task<CertificateIssued?> Print(Guid id, CertificateIssued claims, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (await Printed(id) is { } before)
            return before;
        if (await keys.Find(claims.LearnerId) is not { } key)
            return null;
        var name = key.Open(claims.Name);
        var salt = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var certificate = CertificatePdf.Of(id, claims, name, salt, links.Of(id, address.Uri));
        var realisation = RealisationPdf.Of(id, claims, name, salt, provider);
        while (true)
        {
            var place = await Draw();
            byte[][] documents = [Signed(false), Signed(true), certificate, realisation];
            var issued = claims with
            {
                Documents = new(Template.Version, address.Uri, now, place, key.Seal(salt), Names.Zip(documents)
                    .ToDictionary(d => d.First, d => Convert.ToHexStringLower(SHA256.HashData(d.Second)), StringComparer.Ordinal)),
            };
            // Another may have made them at the same moment, or drawn the same bit.
            if (await Keep(id, issued, [documents[0], .. documents[1..].Select(d => Seal(key, d))]))
                return issued;
            if (await Printed(id) is { } other)
                return other;

            byte[] Signed(bool named) => Encoding.UTF8.GetBytes(
                DataIntegrity.Sign(OpenBadge.Of(address.Uri, id, now, claims, place, name, salt, named), issuer, now).ToJsonString());
        }
    }

    /// <summary>A document as it was made, or null: there is none, or the learner's key is gone.</summary>
    public async Task<byte[]?> Find(Guid id, string document, LearnerKey? key)
    {
        var column = document switch
        {
            Credential => "credential",
            HolderCredential => "holder_credential",
            Certificate => "certificate",
            Realisation => "realisation",
            _ => throw new ArgumentOutOfRangeException(nameof(document), document, "There is no such document."),
        };
        await using var query = database.CreateCommand($"SELECT {column} FROM certification.printed_certificate WHERE id = $1");
        query.Parameters.AddWithValue(id);
        var found = await query.ExecuteScalarAsync() as byte[];
        if (found is null || document == Credential)
            return found;
        return key is null ? null : Convert.FromBase64String(key.Open(new(Convert.ToBase64String(found))));
    }

    private static byte[] Seal(LearnerKey key, byte[] document) => Convert.FromBase64String(key.Seal(Convert.ToBase64String(document)).Text);

    private async Task<CertificateIssued?> Printed(Guid id)
    {
        await using var query = database.CreateCommand("SELECT issued::text FROM certification.printed_certificate WHERE id = $1");
        query.Parameters.AddWithValue(id);
        return await query.ExecuteScalarAsync() is string issued
            ? await store.Options.Serializer().FromJsonAsync<CertificateIssued>(new MemoryStream(Encoding.UTF8.GetBytes(issued)))
            : null;
    }

    private async Task<bool> Keep(Guid id, CertificateIssued issued, byte[][] documents)
    {
        await using var insert = database.CreateCommand("INSERT INTO certification.printed_certificate VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(issued.Documents!.Place.List);
        insert.Parameters.AddWithValue(issued.Documents.Place.Index);
        insert.Parameters.Add(new() { Value = store.Options.Serializer().ToJson(issued), NpgsqlDbType = NpgsqlDbType.Jsonb });
        foreach (var document in documents)
            insert.Parameters.AddWithValue(document);
        return await insert.ExecuteNonQueryAsync() == 1;
    }

    private async Task<StatusPlace> Draw()
    {
        while (true)
        {
            var list = await Current();
            await using var free = database.CreateCommand(Free);
            free.Parameters.AddWithValue(list);
            free.Parameters.AddWithValue(Enumerable.Range(0, 16).Select(_ => RandomNumberGenerator.GetInt32(StatusList.Length)).ToArray());
            if (await free.ExecuteScalarAsync() is int index)
                return new(list, index);
        }
    }

    // Counted anew every now and then, for other replicas draw too.
    private async Task<int> Current()
    {
        if (Interlocked.Increment(ref _drawn) % CountedEach != 1)
            return _list;
        await using var count = database.CreateCommand(
            "SELECT status_list, count(*) FROM certification.printed_certificate WHERE status_list = (SELECT max(status_list) FROM certification.printed_certificate) GROUP BY 1");
        await using var rows = await count.ExecuteReaderAsync();
        return _list = !await rows.ReadAsync() ? 1 : rows.GetInt64(1) < Full ? rows.GetInt32(0) : rows.GetInt32(0) + 1;
    }
}
