// What is quicker with a script. Every page is complete without it.
import "./live.js";
import "./keys.js";
