extension WebPage {
  /// What the page does: follows the API's lists and watches, and asks for metrics once a second. Everything that is shown goes in as text.
  static let script = #"""
    'use strict';
    const byId = id => document.getElementById(id);
    const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
    const keyOf = object => (object.metadata.namespace || '') + '/' + object.metadata.name;
    const namespaces = new Map(), services = new Map(), slices = new Map();
    const rowsShown = 200;
    let chosen = null, pods = new Map(), linkIsUp = new Map(), drawIsDue = false;

    function element(name, text, className) {
      const made = document.createElement(name);
      if (text !== undefined) made.textContent = text;
      if (className) made.className = className;
      return made;
    }

    function age(time) {
      const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
      if (!isFinite(seconds)) return '';
      if (seconds < 120) return seconds + 's';
      if (seconds < 7200) return Math.floor(seconds / 60) + 'm';
      return seconds < 172800 ? Math.floor(seconds / 3600) + 'h' : Math.floor(seconds / 86400) + 'd';
    }

    // ---- following the registry: a list, then a watch from its version on, and again when that ends

    async function follow(path, store) {
      for (;;) {
        try {
          const reply = await fetch(path);
          if (!reply.ok) throw new Error(reply.status);
          const list = await reply.json();
          store.clear();
          for (const item of list.items) store.set(keyOf(item), item);
          linkIsUp.set(path, true);
          draw();
          await watch(path, list.metadata.resourceVersion, store);
        } catch (error) {
          linkIsUp.set(path, false);
          draw();
          await pause(1000);
        }
      }
    }

    async function watch(path, version, store) {
      const reply = await fetch(path + '?watch=true&allowWatchBookmarks=true&resourceVersion=' + version);
      if (!reply.ok) throw new Error(reply.status);
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        const lines = (rest + value).split('\n');
        rest = lines.pop();
        for (const line of lines) if (line && !take(JSON.parse(line), store)) return;
        draw();
      }
    }

    function take(event, store) {
      if (event.type === 'ERROR') return false;
      if (event.type === 'DELETED') store.delete(keyOf(event.object));
      if (event.type === 'ADDED' || event.type === 'MODIFIED') store.set(keyOf(event.object), event.object);
      return true;
    }

    // ---- services and endpoints

    function endpointsByService() {
      const found = new Map();
      for (const slice of slices.values()) {
        const name = (slice.metadata.labels || {})['kubernetes.io/service-name'];
        if (!name) continue;
        const key = slice.metadata.namespace + '/' + name;
        if (!found.has(key)) found.set(key, []);
        for (const endpoint of slice.endpoints || []) found.get(key).push({ endpoint, slice });
      }
      return found;
    }

    const isReady = endpoint => (endpoint.conditions || {}).ready !== false;

    function health(endpoint) {
      const conditions = endpoint.conditions || {};
      if (conditions.terminating) return ['wait', 'terminating'];
      return isReady(endpoint) ? ['good', 'ready'] : ['bad', 'not ready'];
    }

    function portsOf(service) {
      return (service.spec.ports || []).map(port =>
        (port.name ? port.name + ' ' : '') + port.port + '/' + (port.protocol || 'TCP')).join(', ');
    }

    function addressOf(service) {
      if (service.spec.type === 'ExternalName') return service.spec.externalName;
      return (service.spec.clusterIPs || [service.spec.clusterIP || '']).join(' ');
    }

    function draw() {
      if (drawIsDue) return;
      drawIsDue = true;
      requestAnimationFrame(() => { drawIsDue = false; drawAll(); });
    }

    function drawAll() {
      const lost = [...linkIsUp.values()].some(isUp => !isUp);
      byId('link').textContent = lost ? 'the registry does not answer' : 'live';
      byId('link').className = lost ? 'lost' : '';
      drawNamespaces();
      const endpoints = endpointsByService();
      drawServices(endpoints);
      drawEndpoints(endpoints);
    }

    function drawNamespaces() {
      const select = byId('namespace'), names = [...namespaces.values()].map(each => each.metadata.name).sort();
      if ([...select.options].slice(1).map(option => option.value).join() === names.join()) return;
      const before = select.value;
      select.replaceChildren(new Option('all namespaces', ''), ...names.map(name => new Option(name, name)));
      select.value = names.includes(before) ? before : '';
    }

    function drawServices(endpoints) {
      const namespace = byId('namespace').value, wanted = byId('filter').value.trim().toLowerCase();
      const keys = [...services.keys()].filter(key =>
        (!namespace || key.startsWith(namespace + '/')) && (!wanted || key.includes(wanted))).sort();
      byId('services').replaceChildren(...keys.slice(0, rowsShown).map(key => serviceRow(key, endpoints.get(key) || [])));
      byId('count').textContent = keys.length > rowsShown
        ? 'The first ' + rowsShown + ' of ' + keys.length + ' services; narrow them down above.'
        : keys.length + (keys.length === 1 ? ' service' : ' services');
    }

    function serviceRow(key, endpoints) {
      const service = services.get(key), row = element('tr', undefined, key === chosen ? 'service chosen' : 'service');
      const ready = endpoints.filter(each => isReady(each.endpoint)).length;
      const state = !endpoints.length ? 'faint' : ready === endpoints.length ? 'good' : ready ? 'wait' : 'bad';
      row.append(
        element('td', service.metadata.namespace), element('td', service.metadata.name), element('td', service.spec.type),
        element('td', addressOf(service), 'mono'), element('td', portsOf(service), 'mono'),
        element('td', endpoints.length ? ready + ' of ' + endpoints.length : 'none', 'number ' + state),
        element('td', age(service.metadata.creationTimestamp), 'number'));
      row.tabIndex = 0;
      row.onclick = () => { location.hash = key; };
      row.onkeydown = event => { if (event.key === 'Enter') location.hash = key; };
      return row;
    }

    // The chosen service stands in the page's address: it can be linked to, and the browser's way back works.
    async function choose() {
      const key = decodeURIComponent(location.hash.slice(1));
      if (!key.includes('/')) return;
      chosen = key;
      const [namespace, name] = key.split('/');
      byId('name').value = name + '.' + namespace + '.svc.' + document.body.dataset.domain;
      pods = new Map();
      draw();
      explain();
      const reply = await fetch('/api/v1/namespaces/' + encodeURIComponent(namespace) + '/pods');
      if (reply.ok && chosen === key) for (const pod of (await reply.json()).items) pods.set(pod.metadata.name, pod);
      draw();
    }

    function drawEndpoints(endpoints) {
      const found = chosen && services.has(chosen) ? endpoints.get(chosen) || [] : [];
      byId('chosen').textContent = chosen ? 'Endpoints of ' + chosen : 'Endpoints';
      byId('none').textContent = !chosen ? 'Choose a service.' : found.length ? '' : 'It has no endpoints.';
      byId('endpoints').replaceChildren(...found.slice(0, rowsShown).map(endpointRow));
    }

    function endpointRow({ endpoint, slice }) {
      const row = element('tr'), [className, text] = health(endpoint), target = (endpoint.targetRef || {}).name || '';
      const pod = pods.get(target);
      row.append(
        element('td', (endpoint.addresses || []).join(' '), 'mono'), element('td', text, className), element('td', target),
        element('td', [endpoint.nodeName, endpoint.zone].filter(Boolean).join(', ')),
        element('td', age((pod || slice).metadata.creationTimestamp), 'number'));
      return row;
    }

    // ---- why a name answers as it does

    async function explain() {
      const name = byId('name').value.trim();
      if (!name) return;
      const query = new URLSearchParams({ name, type: byId('type').value });
      const reply = await fetch('/clusterdns/v1/explain?' + query).catch(() => null);
      byId('explanation').textContent = reply ? await reply.text() : 'the server does not answer';
    }

    // ---- query rates and latencies, from the metrics of two moments

    function metricsOf(text) {
      const sums = { total: 0, failed: 0, denied: 0, buckets: new Map() };
      for (const line of text.split('\n')) {
        const match = /^(coredns_dns_\w+)\{(.*)\} (\S+)$/.exec(line);
        if (!match) continue;
        const value = Number(match[3]);
        if (match[1] === 'coredns_dns_requests_total') sums.total += value;
        if (match[1] === 'coredns_dns_responses_total') {
          if (match[2].includes('rcode="SERVFAIL"')) sums.failed += value;
          if (match[2].includes('rcode="NXDOMAIN"')) sums.denied += value;
        }
        const bound = match[1] === 'coredns_dns_request_duration_seconds_bucket' && /le="([^"]+)"/.exec(match[2]);
        if (bound) {
          const limit = bound[1] === '+Inf' ? Infinity : Number(bound[1]);
          sums.buckets.set(limit, (sums.buckets.get(limit) || 0) + value);
        }
      }
      return sums;
    }

    function latency(now, before, share) {
      const bounds = [...now.buckets.keys()].sort((a, b) => a - b);
      const grown = bounds.map(bound => now.buckets.get(bound) - (before.buckets.get(bound) || 0));
      const all = grown[grown.length - 1];
      if (!all) return '–';
      const bound = bounds[grown.findIndex(count => count >= all * share)];
      const text = seconds => seconds < 0.001 ? (seconds * 1e6).toFixed(0) + ' µs' : (seconds * 1e3).toFixed(2) + ' ms';
      return isFinite(bound) ? '≤ ' + text(bound) : '> ' + text(bounds[bounds.length - 2]);
    }

    async function followMetrics() {
      const rates = [];
      let before = null, then = 0;
      for (;;) {
        const reply = await fetch('/clusterdns/v1/metrics').catch(() => null);
        if (reply && reply.ok) {
          const now = metricsOf(await reply.text()), moment = performance.now();
          if (before) {
            const seconds = (moment - then) / 1000, rate = value => Math.max(0, value / seconds);
            rates.push(rate(now.total - before.total));
            if (rates.length > 120) rates.shift();
            byId('rate').textContent = rates[rates.length - 1].toFixed(rates[rates.length - 1] < 10 ? 1 : 0);
            byId('denied').textContent = rate(now.denied - before.denied).toFixed(0);
            byId('failed').textContent = rate(now.failed - before.failed).toFixed(0);
            byId('median').textContent = latency(now, before, 0.5);
            byId('late').textContent = latency(now, before, 0.99);
            plot(rates);
          }
          before = now;
          then = moment;
        }
        await pause(1000);
      }
    }

    function plot(rates) {
      const canvas = byId('plot'), scale = window.devicePixelRatio || 1, pen = canvas.getContext('2d');
      const width = canvas.clientWidth, height = canvas.clientHeight, top = Math.max(1, ...rates);
      canvas.width = width * scale;
      canvas.height = height * scale;
      pen.scale(scale, scale);
      pen.strokeStyle = pen.fillStyle = getComputedStyle(document.body).getPropertyValue('color');
      pen.font = '11px system-ui';
      pen.fillText(top.toFixed(0) + '/s', 2, 11);
      pen.beginPath();
      rates.forEach((rate, index) => {
        const x = width - (rates.length - 1 - index) * width / 119, y = height - 2 - rate / top * (height - 18);
        index ? pen.lineTo(x, y) : pen.moveTo(x, y);
      });
      pen.stroke();
    }

    byId('namespace').onchange = byId('filter').oninput = draw;
    byId('find').onsubmit = event => event.preventDefault();
    byId('ask').onsubmit = event => { event.preventDefault(); explain(); };
    window.onhashchange = choose;
    choose();
    setInterval(draw, 10000);
    follow('/api/v1/namespaces', namespaces);
    follow('/api/v1/services', services);
    follow('/apis/discovery.k8s.io/v1/endpointslices', slices);
    followMetrics();
    """#
}
