"use strict";
// The room is what follows # in the address. The socket is on the same host and port as this page.
const $ = id => document.getElementById(id);
const room = () => decodeURIComponent(location.hash.slice(1)).replaceAll(/[\/\\]/g, "-") || "lobby";
let socket, delay = 0, joined = "";

function show(message) {
  switch (message.type) {
    case "history": $("messages").replaceChildren(); message.messages.forEach(said); break;
    case "said": said(message); break;
    case "members":
      $("members").replaceChildren(...message.names.map(name => element("li", name)));
      break;
    case "refused": refused(message.why); break;
  }
}

function said({ name, text, at }) {
  const line = element("li");
  line.className = name === joined ? "mine" : "";
  const time = element("time", new Date(at).toLocaleTimeString());
  line.append(element("b", name), text, time);
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.append(line);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function element(tag, text = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function refused(why = "") {
  $("refused").textContent = why;
  $("refused").hidden = !why;
}

function state(kind, text) {
  $("state").className = kind;
  $("state").textContent = text;
}

function send(message) {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(message));
  return true;
}

function join() {
  const name = $("name").value.trim();
  if (name && send({ type: "join", name })) {
    joined = name;
    document.body.className = "joined";
    localStorage.setItem("name", name);
  }
}

function connect() {
  $("room").textContent = room();
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const mine = new WebSocket(scheme + location.host + "/chat/" + encodeURIComponent(room()));
  socket = mine;
  mine.onopen = () => { delay = 0; state("open", "connected"); join(); };
  mine.onmessage = event => show(JSON.parse(event.data));
  mine.onclose = () => {
    if (mine !== socket) return; // another room by now
    delay = Math.min(delay ? delay * 2 : 250, 8000);
    state("closed", "reconnecting…");
    setTimeout(connect, delay * (0.5 + Math.random() / 2));
  };
}

$("say").addEventListener("submit", event => {
  event.preventDefault();
  refused();
  const name = $("name").value.trim();
  if (name !== joined) join();
  const text = $("text").value.trim();
  if (text && send({ type: "say", text })) $("text").value = "";
  if (name) $("text").focus();
});
$("name").addEventListener("change", join);
window.addEventListener("hashchange", () => {
  $("messages").replaceChildren();
  $("members").replaceChildren();
  const old = socket;
  connect();
  old.close();
});
$("name").value = localStorage.getItem("name") || "";
connect();
