using Espalier.HouseNumbers;
using Espalier.Server;

// An application of one's own that has the whole of `espalier serve` under /vision: page, APIs, limits, metrics.
// Models are files or folders of .onnx (ModelSource.At), or carried along, as here.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddEspalier(new ServerOptions
{
    Models = [ModelSource.Of(HouseNumberModel.Name, () => HouseNumberModel.Read())],
    Queue = 32,
});

var app = builder.Build();
app.MapGet("/", () => Results.Redirect("/vision/"));
app.MapGroup("/vision").MapEspalier();
app.Run();
