using Tremplin.Certification.Certificates;

namespace Tremplin.Certification.Paper;

/// <summary>
/// The <i>certificat de réalisation</i>, with which a French funder checks that a training took place (article R. 6332-26 of the labour
/// code and the order of 21 December 2018): one page in French, A4, with the facts of the ministry's model, to be signed by hand. Drawn
/// once and kept, as <see cref="CertificatePdf"/> is. Pure: the same values give the same bytes.
/// </summary>
public static class RealisationPdf
{
    private const double Sign = 236, Foot = 46;

    private static readonly double[] Scales = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6];

    /// <summary>The bytes of the PDF.</summary>
    /// <param name="id">The certificate's id, its number.</param>
    /// <param name="claims">What was certified.</param>
    /// <param name="name">The learner's full name, in clear.</param>
    /// <param name="salt">As in <see cref="CertificatePdf.Of"/>: nobody finds the name out from the SHA-256 of this file.</param>
    /// <param name="provider">Who gave the training.</param>
    public static byte[] Of(Guid id, CertificateIssued claims, string name, string salt, Provider provider)
    {
        ArgumentNullException.ThrowIfNull(claims);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentNullException.ThrowIfNull(provider);
        var page = new Leaf("fr")
            .With(Column.First(Sign + 8, Scales.Select(scale => Stated(claims, name, provider, scale))))
            .With(Signature(provider))
            .With(Footer(id, salt));
        page.Bars.Add(new(0, Leaf.Height - 9, Leaf.Width, 9, Ink.Accent));
        if (page.Lines.Exists(line => line.Text.Contains(Typeface.Lacking, StringComparison.Ordinal)))
        {
            page.With(new Column(Leaf.Left, Foot + 16, Leaf.Across)
                .Write("□ remplace une lettre que la police de ce document n’a pas.", 7.5, Ink.Quiet));
        }

        return Document.Of($"Certificat de réalisation – {claims.Title}", provider.Name ?? claims.Issuer, claims.IssuedOn, page);
    }

    private static Column Stated(CertificateIssued claims, string name, Provider provider, double scale)
    {
        var words = Words.French;
        return new Column(Leaf.Left, Leaf.Height - 54, Leaf.Across, scale)
            .Write("Certificat de réalisation", 25, Ink.Text, Typeface.Bold).Gap(2)
            .Write("d’une action concourant au développement des compétences", 11, Ink.Quiet).Gap(22)
            .Write(
                "Le prestataire désigné ci-dessous, par son représentant, certifie que le bénéficiaire a suivi l’action décrite ici.",
                10.5, Ink.Text).Gap(16)
            .Write("Prestataire", 12, Ink.Accent, Typeface.Bold).Gap(7)
            .Row("Dénomination", Given(provider.Name, 160))
            .Row("Adresse", Given(provider.Address, 240))
            .Row("Déclaration d’activité", Given(provider.Registration, 60))
            .Row("Représentant", Given(provider.Representative, 160))
            .Row("Qualité", Given(provider.Capacity, 120)).Gap(11)
            .Write("Bénéficiaire", 12, Ink.Accent, Typeface.Bold).Gap(7)
            .Row("Nom complet", Words.Cut(name, 240))
            .Row("Employeur, organisme", Words.Cut(Words.Known(claims.OrganisationRef), 160)).Gap(11)
            .Write("Action", 12, Ink.Accent, Typeface.Bold).Gap(7)
            .Row("Nature", "Action de formation (article L. 6313-1, 1° du code du travail)")
            .Row("Intitulé", Words.Cut(claims.Title, 320))
            .Row("Période", $"du {words.Date(claims.StartedOn)} au {words.Date(claims.EndedOn)}")
            .Row("Durée suivie", Words.Duration(claims.AttendedMinutes))
            .Row("Durée dispensée", Words.Duration(claims.DeliveredMinutes)).Gap(11)
            .Write(
                "Le prestataire garde les pièces qui justifient ce certificat pendant trois ans à compter de la fin de l’année du dernier "
                + "paiement, et plus longtemps là où les règles fiscales, comptables ou d’un cofinancement européen le demandent.",
                8.5, Ink.Quiet);
    }

    // A person signs, on a day and at a place that no event knows.
    private static Column Signature(Provider provider)
    {
        const double Left = Leaf.Left + 216, Wide = Leaf.Across - 216, Top = Sign - 18, High = 118;
        var column = new Column(Leaf.Left, Top, 192, labels: 44).Row("Fait à").Gap(8).Row("Le");
        column.Lines.AddRange(new Column(Left + 8, Top - 5, Wide - 16)
            .Write("Cachet et signature du représentant du prestataire", 8.5, Ink.Quiet)
            .Write(Words.Cut(provider.Representative ?? "", 120), 8.5, Ink.Text).Lines);
        column.Bars.AddRange(
        [
            new(Leaf.Left, Sign, Leaf.Across, 0.75, Ink.Rule),
            new(Left, Top, Wide, 0.5, Ink.Quiet), new(Left, Top - High, Wide, 0.5, Ink.Quiet),
            new(Left, Top - High, 0.5, High, Ink.Quiet), new(Left + Wide, Top - High, 0.5, High + 0.5, Ink.Quiet),
        ]);
        return column;
    }

    private static Column Footer(Guid id, string salt) => new Column(Leaf.Left, Foot, Leaf.Across)
        .Write($"Certificat {id}, code du nom {salt}", 7.5, Ink.Quiet);

    private static IEnumerable<string> Given(string? fact, int letters) =>
        string.IsNullOrWhiteSpace(fact) ? [] : [Words.Cut(fact, letters)];
}
