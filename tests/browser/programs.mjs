// The real simulator and exporter on loopback ports of their own. Their paths come from the
// environment, as ctest sets them: CODEARTS_EXPORTER, CODEARTS_SIMULATOR, CODEARTS_CHROMIUM.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const KEYS = ["--access-key=browser-access-key", "--secret-key=browser-secret-key"];

function program(name) {
  const path = process.env[name];
  if (!path) throw new Error(`${name} must name a program; run this by ctest`);
  return path;
}

// A child process whose output is read line by line until something is said.
class Program {
  constructor(path, args, env = {}) {
    this.output = "";
    this.child = spawn(path, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.listeners = new Set();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on("data", (data) => {
        this.output += data;
        for (const listener of this.listeners) listener();
      });
    }
  }

  // Resolves with the first match in the output.
  says(pattern) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.output.match(pattern);
        if (!found) return;
        this.listeners.delete(look);
        resolve(found);
      };
      this.listeners.add(look);
      this.ended.then(() => reject(new Error(`ended without ${pattern}:\n${this.output}`)));
      look();
    });
  }

  async stop() {
    this.child.kill("SIGTERM");
    await this.ended;
  }
}

export async function startSimulator(...flags) {
  const simulator = new Program(program("CODEARTS_SIMULATOR"), ["--listen=127.0.0.1:0", ...KEYS, ...flags]);
  const [, port] = await simulator.says(/listening on 127\.0\.0\.1:(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const post = async (path, body) => {
    const answer = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const deleteAll = (path) => fetch(url + path, { method: "DELETE" });
  return { url, post, deleteAll, stop: () => simulator.stop() };
}

// Starts an exporter for these projects, in the given order.
export async function startExporter(simulator, projects) {
  const folder = mkdtempSync(join(tmpdir(), "codearts-browser-"));
  const config = join(folder, "config.yaml");
  const lines = ["scrape: {min_interval: 0s}", "api: {requests_per_second: 10000}",
    "credentials: {default: {access_key: browser-access-key, secret_key: browser-secret-key}}", "projects:",
    ...projects.map((id) => `  - {id: ${id}, region: cn-north-4, endpoint: "${simulator.url}"}`)];
  writeFileSync(config, lines.join("\n"), { mode: 0o600 });
  const exporter = new Program(program("CODEARTS_EXPORTER"),
    [`--config.file=${config}`, "--web.listen-address=127.0.0.1:0", `--state.path=${join(folder, "state.db")}`]);
  const [, address] = await exporter.says(/address=(127\.0\.0\.1:\d+)/);
  const url = `http://${address}/`;
  const scrape = async () => {
    const answer = await fetch(`${url}metrics`);
    if (!answer.ok) throw new Error(`scrape: ${answer.status}`);
    return answer.text();
  };
  const stop = async () => {
    await exporter.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, scrape, stop };
}
