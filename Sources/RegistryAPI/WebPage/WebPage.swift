/// The page at `/` for people: namespaces, services and endpoints with their health and age, why a name answers as it does, and the
/// rate and latency of queries, all live.
///
/// One document without anything from elsewhere: its browser may load nothing, run nothing else and talk to nobody but this server.
enum WebPage {
  /// What a browser may do with the page (Content Security Policy, level 3).
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'"

  /// The document.
  ///
  /// - Parameters:
  ///   - version: what serves it: `clusterdns 0.3`.
  ///   - domain: what names of Services end in: `cluster.local`.
  static func document(version: String, domain: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>clusterdns</title>
    <style>
    \(style)
    </style>
    </head>
    <body data-domain="\(escaped(domain))">
    \(header(version))
    <main>
    \(registry)
    \(names)
    </main>
    <script>
    \(script)
    </script>
    </body>
    </html>

    """
  }

  private static func header(_ version: String) -> String {
    """
    <header>
    <h1 title="\(escaped(version))">clusterdns</h1>
    <div class="figure"><b id="rate">–</b><span>queries/s</span></div>
    <div class="figure"><b id="denied">–</b><span>NXDOMAIN/s</span></div>
    <div class="figure"><b id="failed">–</b><span>SERVFAIL/s</span></div>
    <div class="figure"><b id="median">–</b><span>median</span></div>
    <div class="figure"><b id="late">–</b><span>p99</span></div>
    <span id="link" role="status">loading</span>
    </header>
    """
  }

  private static let registry = """
    <div>
    <section>
    <h2>Services</h2>
    <form id="find">
    <select id="namespace" aria-label="namespace"><option value="">all namespaces</option></select>
    <input id="filter" placeholder="part of a name" aria-label="part of a name">
    </form>
    <table>
    <thead><tr><th>namespace</th><th>name</th><th>type</th><th>address</th><th>ports</th><th>ready</th><th>age</th></tr></thead>
    <tbody id="services"></tbody>
    </table>
    <p id="count" class="faint"></p>
    </section>
    <section>
    <h2>Queries a second, the last two minutes</h2>
    <canvas id="plot" role="img" aria-label="queries a second"></canvas>
    </section>
    </div>
    """

  private static let names = """
    <div>
    <section>
    <h2 id="chosen">Endpoints</h2>
    <table>
    <thead><tr><th>address</th><th>health</th><th>pod</th><th>node, zone</th><th>age</th></tr></thead>
    <tbody id="endpoints"></tbody>
    </table>
    <p id="none" class="faint">Choose a service.</p>
    </section>
    <section>
    <h2>What a name resolves to, and why</h2>
    <form id="ask">
    <input id="name" placeholder="web.shop.svc.cluster.local" aria-label="name">
    <select id="type" aria-label="type"><option>A</option><option>AAAA</option><option>SRV</option><option>PTR</option></select>
    <button>Explain</button>
    </form>
    <pre id="explanation"></pre>
    </section>
    </div>
    """

  /// Text as it may stand in HTML.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
