using Tremplin.Certification;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("certification");
builder.AddLearnerKeys();
builder.AddEventStore("certification", Announcements.From, options =>
{
    options.AddStream<CompletionFile, CompletionFileEvent>();
    options.AddStream<Certificate, CertificateEvent>();
});

var app = builder.Build();
app.UseDefaults();
CompletionFile.Map(app);
CertificatePage.Map(app);
await app.RunAsync();
