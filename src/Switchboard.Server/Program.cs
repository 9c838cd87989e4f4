using Switchboard.Server.Cli;
using Switchboard.Server.Hosting;

// Settings are read here and nowhere else; commands, routes and services are listed in CommandLine, Routes and Services.
IConfiguration configuration = Settings.Read(Directory.GetCurrentDirectory());
return await new CommandLine(configuration).RunAsync(args);
