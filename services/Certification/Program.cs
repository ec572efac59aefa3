using Tremplin.Certification;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("certification");
builder.AddLearnerKeys();
builder.AddCertificates();
builder.AddEventStore("certification", Announcements.From, options =>
{
    options.AddStream<CompletionFile, CompletionFileEvent>();
    options.AddStream<Certificate, CertificateEvent>();
    CohortCertificate.Keep(options);
    DecideReview.Keep(options);
    options.Storage.ExtendedSchemaObjects.Add(Printer.Table);
});

var app = builder.Build();
app.UseDefaults();
CompletionFile.Map(app);
DecideReview.Map(app);
CheckCertificate.Map(app);
CertificateDocuments.Map(app);
CertificateHistory.Map(app);
CohortCertificate.Map(app);
HolderLinks.Map(app);
Grounds.Map(app);
ReissueCertificate.Map(app);
StatusLists.Map(app);
PublicKeys.Map(app);
await app.RunAsync();
