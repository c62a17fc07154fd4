using CrmSuite.Gateway;
using CrmSuite.Gateway.Identity;

// The one door in: who you are, how much you may ask, where it goes.
var app = Gateway.Build(args);
if (!await app.RanIdentityCommand(args))
{
    await app.RunAsync();
}
